"""The filter of system calls: which a process may still make once it has all it needs. Linux on x86-64 and aarch64.

A filter is a program for the kernel (``linux/seccomp.h``): it sees the number of a call and its plain arguments, never
what a pointer points to. It stays for the life of the process and of its children, and can only become stricter.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import struct
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

__all__ = [
    "install",
    "installed",
    "is_available",
    "program_for_fetching",
    "program_for_queries",
    "program_for_readers",
    "program_without_network",
]


class _Machine(NamedTuple):
    """What differs between processors: the architecture word, the column of `_CALLS`, the bit of foreign numbers."""

    word: int
    column: int
    x32: int


_MACHINES: Final[Mapping[str, _Machine]] = {
    "x86_64": _Machine(0xC000003E, 0, 0x40000000),
    "aarch64": _Machine(0xC00000B7, 1, 0),
}
_NONE: Final = -1
_CALLS: Final[Mapping[str, tuple[int, int]]] = {
    # what a query needs, the frequent ones first
    "futex": (202, 98),
    "read": (0, 63),
    "write": (1, 64),
    "recvmsg": (47, 212),
    "recvfrom": (45, 207),
    "pread64": (17, 67),
    "madvise": (28, 233),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "brk": (12, 214),
    "poll": (7, _NONE),
    "ppoll": (271, 73),
    "sendmsg": (46, 211),
    "getrusage": (98, 165),
    "setrlimit": (160, 164),
    "getrlimit": (97, 163),
    "readv": (19, 65),
    "writev": (20, 66),
    "pwrite64": (18, 68),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "ftruncate": (77, 46),
    "fadvise64": (221, 223),
    "readahead": (187, 213),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "membarrier": (324, 283),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getrandom": (318, 278),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "exit": (60, 93),
    "exit_group": (231, 94),
    # what it may do under conditions
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "sendto": (44, 206),
    "prlimit64": (302, 261),
    "tgkill": (234, 131),
    "clone": (56, 220),
    "clone3": (435, 435),
    "open": (2, _NONE),
    "openat": (257, 56),
    "openat2": (437, 437),
    "kill": (62, 129),
    "socket": (41, 198),
    "connect": (42, 203),
    # what nobody may do who holds our data, or reads what others wrote
    "socketpair": (53, 199),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "umount2": (166, 39),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "open_by_handle_at": (304, 265),
    "reboot": (169, 142),
    "acct": (163, 89),
    "swapon": (167, 224),
    "personality": (135, 92),
    "modify_ldt": (154, _NONE),
    # what nobody may do who writes no file and starts no process
    "fork": (57, _NONE),
    "vfork": (58, _NONE),
    "creat": (85, _NONE),
    "truncate": (76, 45),
    "unlink": (87, _NONE),
    "unlinkat": (263, 35),
    "rename": (82, _NONE),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, _NONE),
    "mkdirat": (258, 34),
    "rmdir": (84, _NONE),
    "link": (86, _NONE),
    "linkat": (265, 37),
    "symlink": (88, _NONE),
    "symlinkat": (266, 36),
    "mknod": (133, _NONE),
    "mknodat": (259, 33),
    "chmod": (90, _NONE),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, _NONE),
    "lchown": (94, _NONE),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, _NONE),
    "utimes": (235, _NONE),
    "futimesat": (261, _NONE),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "mq_open": (240, 180),
    "shmget": (29, 194),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "process_madvise": (440, 440),
}
"""The numbers of calls on x86-64 and aarch64, from the headers of Linux 6.12."""

_NAMES: Final = list(_CALLS)
_NEEDED: Final = tuple(_NAMES[: _NAMES.index("mmap")])
_REFUSED: Final = tuple(_NAMES[_NAMES.index("socketpair") : _NAMES.index("fork")])
_WRITING: Final = tuple(_NAMES[_NAMES.index("fork") :])
_NEWEST: Final = 450
"""Calls with greater numbers do not exist for a process: that is the answer after which libraries try an older one."""

_FOR_WRITING: Final = 0x243  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC; O_TMPFILE needs one of the first two
_THREAD: Final = 0x10000  # CLONE_THREAD
_INTERNET: Final = (2, 10)  # AF_INET, AF_INET6

_LOAD, _EQUAL, _GREATER_EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_EXECUTABLE: Final = 4  # PROT_EXEC
_PR_SET_NO_NEW_PRIVS: Final = 38
_SET_MODE_FILTER, _GET_ACTION_AVAIL, _ALL_THREADS = 1, 2, 1
_SECCOMP: Final = {"x86_64": 317, "aarch64": 277}
_INSTRUCTION: Final = struct.Struct("=HBBI")


class _Writer:
    """Writes a filter, instruction after instruction."""

    def __init__(self, machine: _Machine) -> None:
        self.machine = machine
        self.code: list[bytes] = []
        self._put(_LOAD, 4)
        self.unless(_EQUAL, machine.word, _ERRNO | errno.EPERM)
        self._put(_LOAD, 0)
        if machine.x32:
            self.when(_GREATER_EQUAL, machine.x32, _ERRNO | errno.EPERM)

    def _put(self, operation: int, value: int, yes: int = 0, no: int = 0) -> None:
        self.code.append(_INSTRUCTION.pack(operation, yes, no, value))

    def when(self, test: int, value: int, verdict: int) -> None:
        """End with a verdict if a test of what was loaded holds."""
        self._put(test, value, 0, 1)
        self._put(_RETURN, verdict)

    def unless(self, test: int, value: int, verdict: int) -> None:
        """End with a verdict if it does not."""
        self._put(test, value, 1, 0)
        self._put(_RETURN, verdict)

    def number(self, name: str) -> int:
        return _CALLS[name][self.machine.column]

    def end(self, names: Iterable[str], verdict: int) -> None:
        """End with a verdict for some calls."""
        for name in names:
            if self.number(name) != _NONE:
                self.when(_EQUAL, self.number(name), verdict)

    def argument(self, name: str, index: int, *, equals: int | None = None, without: int = 0, having: int = 0) -> None:
        """Allow a call if an argument equals a number, or has none or one of some bits; refuse it otherwise.

        Args:
            name: The call.
            index: Of the argument, from 0.
            equals: What all 64 bits must be.
            without: Bits of the lower half of which none may be set.
            having: Bits of the lower half of which one must be set.
        """
        if self.number(name) == _NONE:
            return
        low = 16 + 8 * index
        steps = 6 if equals is not None else 4
        self._put(_EQUAL, self.number(name), 0, steps)
        self._put(_LOAD, low)
        if equals is None:
            self._put(_ANY_BIT, without or having, 1 if without else 0, 0 if without else 1)
        else:
            self._put(_EQUAL, equals, 0, 3)
            self._put(_LOAD, low + 4)
            self._put(_EQUAL, 0, 0, 1)
        self._put(_RETURN, _ALLOW)
        self._put(_RETURN, _ERRNO | errno.EPERM)

    def one_of(self, name: str, index: int, values: Sequence[int], verdict: int) -> None:
        """Allow a call if the lower half of an argument, all that the kernel looks at, is one of some numbers."""
        self._put(_EQUAL, self.number(name), 0, len(values) + 3)
        self._put(_LOAD, 16 + 8 * index)
        for place, value in enumerate(values):
            self._put(_EQUAL, value, len(values) - place, 0)
        self._put(_RETURN, verdict)
        self._put(_RETURN, _ALLOW)

    def finish(self, verdict: int) -> bytes:
        """Return the program; what it has not ended so far gets a verdict."""
        self._put(_RETURN, verdict)
        return b"".join(self.code)


def _machine() -> _Machine:
    return _MACHINES[platform.machine()]


def program_without_network() -> bytes:
    """Return the filter of a process that opens no socket, starts no program and looks into no other process.

    It may still open files and copy itself, and sets limits to itself alone.
    """
    writer = _Writer(_machine())
    writer.end((*_REFUSED, "socket", "connect"), _ERRNO | errno.EPERM)
    writer.argument("sendto", 4, equals=0)
    writer.argument("prlimit64", 0, equals=0)
    return writer.finish(_ALLOW)


def program_for_queries() -> bytes:
    """Return the filter of a process that answers queries from what it holds: only the calls that this needs.

    It opens nothing, starts nothing (no thread either), makes no memory executable, and signals nobody but itself.
    """
    writer = _Writer(_machine())
    writer.end(_NEEDED, _ALLOW)
    writer.argument("mmap", 2, without=_EXECUTABLE)
    writer.argument("mprotect", 2, without=_EXECUTABLE)
    writer.argument("sendto", 4, equals=0)  # to whom the socket is connected
    writer.argument("prlimit64", 0, equals=0)  # of this process
    writer.argument("tgkill", 0, equals=os.getpid())  # how a process aborts
    writer.end(("clone",), _ERRNO | errno.EAGAIN)
    writer.when(_GREATER_EQUAL, _NEWEST, _ERRNO | errno.ENOSYS)
    writer.end(("clone3",), _ERRNO | errno.ENOSYS)
    return writer.finish(_ERRNO | errno.EPERM)


def program_for_readers() -> bytes:
    """Return the filter of a process that reads foreign files: `program_without_network`, and it changes nothing.

    It may open files to read them, load libraries, and start threads; it writes no file, starts no process, and
    signals nobody but itself.
    """
    writer = _without_changes()
    writer.end(("socket", "connect"), _ERRNO | errno.EPERM)
    writer.argument("sendto", 4, equals=0)
    return writer.finish(_ALLOW)


def program_for_fetching() -> bytes:
    """Return the filter of the process that calls other endpoints: as `program_for_readers`, but it may call.

    Only over the internet protocols, of either version: no socket of this machine, and nobody can call it.
    """
    writer = _without_changes()
    writer.one_of("socket", 0, _INTERNET, _ERRNO | errno.EAFNOSUPPORT)
    return writer.finish(_ALLOW)


def _without_changes() -> _Writer:
    writer = _Writer(_machine())
    writer.end((*_REFUSED, *_WRITING), _ERRNO | errno.EPERM)
    writer.argument("open", 1, without=_FOR_WRITING)
    writer.argument("openat", 2, without=_FOR_WRITING)
    writer.end(("openat2", "clone3"), _ERRNO | errno.ENOSYS)  # their arguments cannot be seen; the older ones can
    writer.argument("clone", 0, having=_THREAD)
    writer.argument("kill", 0, equals=os.getpid())
    writer.argument("tgkill", 0, equals=os.getpid())
    writer.argument("prlimit64", 0, equals=0)
    return writer


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def is_available() -> bool:
    """Whether the system takes filters."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    action = ctypes.c_uint32(_ERRNO)
    return _seccomp(_GET_ACTION_AVAIL, 0, ctypes.byref(action)) == 0


def install(program: bytes) -> None:
    """Put a filter before all threads of this process, for good.

    Raises:
        OSError: If the system refuses.
    """
    if _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    counted = _Program(len(program) // _INSTRUCTION.size, program)
    answer = _seccomp(_SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(counted))
    if answer != 0:
        raise OSError(ctypes.get_errno() or errno.ESRCH, "the filter of system calls was refused")


def installed(make: Callable[[], bytes]) -> bool:
    """Put a filter before all threads of this process; return whether the system has taken it.

    Args:
        make: Makes the program; it is not called where there are no filters.
    """
    if not is_available():
        return False
    try:
        install(make())
    except OSError:
        return False
    return True


def _seccomp(operation: int, flags: int, argument: object) -> int:
    number = ctypes.c_long(_SECCOMP[platform.machine()])
    answer: int = _libc().syscall(number, ctypes.c_uint(operation), ctypes.c_uint(flags), argument)
    return answer
