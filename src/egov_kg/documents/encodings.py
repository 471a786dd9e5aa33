"""Bytes into characters: which encoding a file is in, told by its marks, its own words and its bytes, or by none."""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

__all__ = ["Decoded", "Undecodable", "declared_encoding", "decode_bytes"]


class Decoded(NamedTuple):
    """The characters of a file.

    Attributes:
        text: Without byte order mark.
        encoding: The name that `iconv` knows: ``UTF-8``, ``UTF-16LE``, ``CP949``, ``WINDOWS-1252`` ...
    """

    text: str
    encoding: str


class Undecodable(NamedTuple):
    """Why bytes are no text.

    Attributes:
        reason: What was found, as the end of a sentence about the file.
        guess: The encoding that it may be in, as `iconv` names it; empty where there is no telling.
    """

    reason: str
    guess: str


_MARKS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xef\xbb\xbf", "UTF-8"),
    (b"\xff\xfe\x00\x00", "UTF-32LE"),
    (b"\x00\x00\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
# Made for '<meta charset="euc-kr">', '<meta … content="text/html; charset=EUC-KR">', '<?xml … encoding="…"?>'.
_DECLARED = re.compile(
    rb"<\?xml\b[^<>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{2,40})"
    rb"|<meta\b[^<>]{0,400}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
# Names that browsers read as a wider code page, https://encoding.spec.whatwg.org/#names-and-labels.
_WIDER: Final = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949", "ksc_5601": "cp949", "korean": "cp949", "windows-949": "cp949", "uhc": "cp949",
    "x-windows-949": "cp949", "shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "shift-jis": "cp932",
    "windows-31j": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs",
    "x-euc-jp": "euc_jp", "unicode": "utf-16-le", "utf-16": "utf-16-le",
}  # fmt: skip
_KNOWN_AS: Final = {
    "utf_8": "UTF-8", "utf-8": "UTF-8", "cp949": "CP949", "euc_kr": "CP949", "johab": "JOHAB", "cp932": "SHIFT_JIS",
    "shift_jis": "SHIFT_JIS", "euc_jp": "EUC-JP", "iso2022_jp": "ISO-2022-JP", "iso2022_kr": "ISO-2022-KR",
    "gb18030": "GB18030", "gb2312": "GB18030", "gbk": "GB18030", "big5": "BIG5-HKSCS", "big5hkscs": "BIG5-HKSCS",
    "koi8_r": "KOI8-R", "koi8_u": "KOI8-U", "euc_jis_2004": "EUC-JP", "euc_jisx0213": "EUC-JP",
    "mac_roman": "MACINTOSH",
}  # fmt: skip
# Curly quotation marks, dashes, bullets and signs: the same in all code pages of Windows, and unknown in ISO 8859.
_TYPOGRAPHY: Final = frozenset([0x80, 0x85, *range(0x91, 0x98), 0x99, 0xA0, 0xA7, 0xA9, 0xAB, 0xAE, 0xB0, 0xB7, 0xBB])
# Python also knows encodings that are no character sets of files: base64, idna, unicode_escape.
_TEXTUAL = re.compile(r"utf-(?:8|16)|cp\d+$|iso(?:8859|2022)|koi8|euc_|shift_jis|gb|big5|mac|johab|tis|hz")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# Syllables of particles, endings and common words: a seventh of Korean prose, a hundredth of chance.
_COMMON_HANGUL = re.compile("[이다의는에을하고를은가로한정부자법제지도과사]")
_PLAIN = re.compile(
    "[\t\n\r\x20-\x7e\u00a0-\u024f\u0370-\u052f\u2010-\u203a\u2190-\u21ff\u25a0-\u25ff\u3000-\u30ff\uac00-\ud7a3]"
)
_ASCII: Final = bytes(range(128))
_SAMPLE: Final = 1 << 18
_FAR = re.compile("[\u0800-\U0010ffff]")  # characters of three bytes and more in UTF-8
_PROOF: Final = 8  # of them; fewer prove nothing; chosen
# What files in these encodings begin to write their own letters with; no text has such controls otherwise.
_ESCAPES: Final = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$B", "iso2022_jp"), (b"\x1b$@", "iso2022_jp"))
_PLAUSIBLE: Final = 0.1
"""The mess, as charset-normalizer measures it, above which a reading is no text; chosen."""


def decode_bytes(data: bytes, *, declared: str = "") -> Decoded | Undecodable:
    r"""Return the characters of a file, or why there is no telling them.

    A byte order mark decides; then bytes that are UTF-8; then what the file declares of itself, if its bytes agree;
    then Korean and UTF-16, by what comes out; then charset-normalizer, where every reading that is as good gives the
    same characters. Nothing is read by a guess that another guess contradicts.

    Args:
        data: The bytes, not empty.
        declared: The encoding that the file says it is in.

    Example:
        >>> decode_bytes("전자정부법은 2001년에 제정되었다.".encode("cp949"))
        Decoded(text='전자정부법은 2001년에 제정되었다.', encoding='CP949')
        >>> decode_bytes("Administração electrónica é útil".encode("cp1252")).guess
        'WINDOWS-1252'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _by_mark(data[len(mark) :], encoding)
    zero = data.find(0)
    if zero >= 0:
        return _wide(data, zero)
    for escape, codec in _ESCAPES:
        text = _decoded(data, codec) if escape in data[:_SAMPLE] else None
        if text is not None:
            return Decoded(text, _name(codec))
    try:
        return Decoded(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}, line {line}"
    if _is_damaged_utf8(data):
        return Undecodable(reason, "")
    korean = _decoded(data, "cp949")
    is_korean = korean is not None and _is_korean(korean)
    codec = _codec(declared)
    if codec and codec not in {"utf-8", "utf-16-le", "utf-16-be"}:
        text = _decoded(data, codec)
        if text is not None and not (is_korean and codec.startswith(("cp12", "iso8859", "latin"))):
            return Decoded(text, _name(codec))
    if is_korean and korean is not None:
        return Decoded(korean, "CP949")
    if data.translate(None, _ASCII) and not data.translate(None, _ASCII + bytes(_TYPOGRAPHY)):
        return Decoded(data.decode("cp1252"), "WINDOWS-1252")
    return _by_agreement(data) or Undecodable(reason, "WINDOWS-1252" if korean is None else "CP949")


def declared_encoding(data: bytes) -> str:
    """Return the encoding that a web page or XML file declares in its first bytes, an empty string if none.

    Example:
        >>> declared_encoding(b'<html><head><meta http-equiv="Content-Type" content="text/html; charset=euc-kr">')
        'euc-kr'
    """
    match = _DECLARED.search(data[:8192])
    return (match[1] or match[2]).decode("ascii", "replace").casefold() if match else ""


def _by_mark(data: bytes, encoding: str) -> Decoded | Undecodable:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        place = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        return Undecodable(f"is not {encoding}, as its first bytes say: {place}", "")


def _wide(data: bytes, zero: int) -> Decoded | Undecodable:
    """Return text in UTF-16 without a mark, if it is one in one order of bytes and none in the other."""
    shares = {}
    sample = data[: _SAMPLE & ~1]
    for encoding in ("UTF-16LE", "UTF-16BE"):
        text = _decoded(sample[: len(sample) & ~1], encoding, final=len(sample) == len(data))
        shares[encoding] = 0.0 if not text else len(_PLAIN.findall(text)) / len(text)
    best, other = sorted(shares, key=lambda name: -shares[name])
    if shares[best] >= 0.95 and shares[other] <= 0.6:
        text = _decoded(data, best)
        if text is not None and "\x00" not in text:
            return Decoded(text, best)
        return Undecodable(f"looks like {best} and is damaged", "")
    return Undecodable(f"is not text: byte 0x00 at offset {zero}", "")


def _decoded(data: bytes, codec: str, *, final: bool = True) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)().decode(data, final)
    except UnicodeDecodeError:
        return None


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most characters that are not ASCII are sound UTF-8: a file that was cut, or put together of two.

    Characters of three bytes are sound by chance so rarely that a few of them show that a part of the file is UTF-8.
    """
    text = data[:_SAMPLE].decode("utf-8", "replace")
    sound = sum(not character.isascii() and character != "\ufffd" for character in text)
    broken = text.count("\ufffd")
    long = len(_FAR.findall(text)) - broken
    return sound > 2 * broken or (long >= _PROOF and 8 * long > broken) or b"\xed\xa0" in data


def _is_korean(text: str) -> bool:
    sample = text[:_SAMPLE]
    hangul = len(_HANGUL.findall(sample))
    foreign = sum(character.isalpha() and not character.isascii() for character in sample)
    common = len(_COMMON_HANGUL.findall(sample))
    return hangul >= 3 and hangul >= 0.7 * foreign and common >= 0.1 * hangul


def _codec(declared: str) -> str:
    """Return Python's name of a declared encoding, an empty string for none that it knows."""
    label = declared.strip().casefold()
    try:
        name = codecs.lookup(_WIDER.get(label, label)).name if label else ""
    except (LookupError, ValueError):
        return ""
    return name if _TEXTUAL.match(name) else ""


def _name(codec: str) -> str:
    """Return the name of an encoding as `iconv` has it."""
    codec = codec.casefold()
    if codec in _KNOWN_AS:
        return _KNOWN_AS[codec]
    if re.fullmatch(r"cp125\d", codec):
        return f"WINDOWS-{codec[2:]}"
    if re.fullmatch(r"iso8859[_-]\d+", codec):
        return f"ISO-8859-{codec[8:]}"
    return codec.upper().replace("_", "-")


def _by_agreement(data: bytes) -> Decoded | None:
    """Return the reading on which all that are as plausible agree, None where they do not."""
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    matches = list(from_bytes(sample, threshold=_PLAUSIBLE))
    if not matches or matches[0].chaos > _PLAUSIBLE:
        return None
    best = matches[0]
    readings = {str(match) for match in matches if match.chaos <= best.chaos + 0.02}
    if len(readings) > 1 or 0 < len(_FAR.findall(str(best))) < _PROOF:
        return None
    text = _decoded(data, best.encoding)
    return None if text is None else Decoded(text, _name(best.encoding))
