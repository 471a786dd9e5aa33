"""The configuration: one frozen value, read once from file and environment, handed over field by field."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from egov_kg import iri
from egov_kg.config_lists import ADDRESS, addresses_from, beside_from, is_endpoint
from egov_kg.errors import ConfigurationError

__all__ = ["ENGINE_SECRET", "LLM_KEY", "Config", "cores", "engine_secret", "llm_key", "load"]

FILE = "egov-kg.toml"
PREFIX = "EGOVKG_"
LLM_KEY: Final = "EGOVKG_LLM_KEY"
"""The variable with the key of a language model's service. It is no setting: no command prints it."""
ENGINE_SECRET: Final = "EGOVKG_ENGINE_SECRET"  # noqa: S105 - a name
"""The variable with the password or token of another store. It is no setting either."""
_SECRETS: Final[Mapping[str, str]] = {LLM_KEY: "key of a language model", ENGINE_SECRET: "secret of a store"}


@dataclass(frozen=True, slots=True)
class Config:
    """What a deployment may decide.

    Attributes:
        base: The base of all IRIs of things and graphs, with its closing slash.
        title: The name of the graph on pages and in its metadata.
        version: The version of the data, ``YYYY.M.patch``; no clock ever enters a release.
        issued: The day of the release, ``YYYY-MM-DD``.
        licence: The IRI of the licence of the facts.
        publisher: Who answers for the graph.
        contact: How people reach whoever does: ``mailto:`` or the address of a page; empty says nothing.
        out: Where releases are written and looked for.
        host, port: Where the server listens.
        public_url: The address under which people see the server; empty means ``http://host:port/``.
        mode: ``read-only``; ``updates``: changes are kept in a log and appear with the next release;
            ``scratch``: a store that is written at once.
        token_file: The file with the hashes of tokens; empty means that nobody may write.
        reading: Who may ask: ``open`` for everybody, ``token`` for holders of a token with the scope ``read``.
        fronts: Processes that read requests and share the port; each has `workers` query processes of its own.
        workers: Query processes of the server.
        query_seconds: The deadline of a query, from queue to last byte.
        drain_seconds: How long a server that is told to stop goes on accepting connections, while ``/readyz`` says that
            it stops.
        result_bytes: The largest result body.
        query_bytes: The largest query text.
        cache_bytes: How many bytes of answers are kept in memory; 0 keeps none. An eighth more is for ready answers.
        cache_answer_bytes: The largest answer that is kept.
        query_memory: How much memory a query may take, in bytes.
        queue: How many queries may wait.
        client_queue: How many queries of one client may wait; of one on this machine as many as `queue`.
        repeat_seconds: For how long a query that did not end in time is refused without being tried again.
        held_quads: Up to how many quads a release is held in memory, once for all its processes; a larger one stays on
            the disk, where each process opens it.
        spool: A folder for answers that are not small, from when they are made until they are sent; the system's folder
            for temporary files if empty.
        spool_bytes: How much room they may take there, all together.
        client_seconds: How many seconds of worker time a client (an address, or a /64 of IPv6) may use a minute; 0 sets
            no limit.
        client_burst_seconds: How many it may use at once, after a while without queries.
        client_errors: How many errors it may make a minute; 0 sets no limit.
        trusted_proxies: Addresses and networks of proxies, with commas between; only what these say of the address of a
            client is believed.
        proxy_header: The header in which they say it: ``x-forwarded-for`` or ``forwarded``.
        federation_allow: The endpoints that SERVICE may name, exactly so; none by default. In the file also a table
            ``[[federation.endpoint]]`` each, with ``url`` and ``private``.
        federation_private: Those of them that may stand in a private network or on this machine.
        federation_seconds: How long one of them may take for one request.
        federation_rows: How many rows may come from one SERVICE.
        federation_bytes: How many bytes may, after decompression.
        federation_contact: How its operator reaches ours: an address of a page or ``mailto:``; `public_url` if empty.
        beside: Data sets of others that are served beside the release, each at ``/beside/NAME/sparql``: ``NAME`` for
            one that comes along, else ``NAME=PATH`` with an RDF file, a folder of such, or a link specification.
        beside_quads: How many quads one of them may have.
        engine_url: The SPARQL endpoint of another store that answers queries in place of our processes.
        engine_update_url: Where that store takes updates; `engine_url` if empty.
        engine_graph_store_url: Where it takes whole graphs (Graph Store Protocol), which publishing needs.
        engine_auth: How we say who we are: ``none``, ``basic``, ``digest`` or ``bearer``; the password or token is read
            from the variable ``EGOVKG_ENGINE_SECRET`` and stands nowhere else.
        engine_user: The name that goes with a password.
        engine_default_graph: The graph in which that store holds our default graph, where it has none of its own.
        engine_timeout_parameter: The parameter in which it takes a time limit: ``timeout``.
        engine_timeout_unit: In what: ``s`` or ``ms``.
        engine_rows: The number of rows at which it cuts answers in silence; 0 if it does not.
        security_contact: Whom strangers tell of a weakness: ``mailto:`` or the address of a page; empty means nobody,
            and then there is no ``/.well-known/security.txt``.
        metrics: Who may read ``/metrics`` besides holders of a token with the scope ``read``: ``off`` is nobody,
            ``local`` is who asks from this machine and not through a proxy.
        log_format: How the server writes down events: ``text`` or ``json``, one line each, on stderr.
        log_access: Whether each answer is an event.
        log_queries: Whether the text of queries is written down with it.
        document_bytes: The largest file that is read as a document; text and Markdown have 16 MiB at most.
        document_seconds: How long reading one PDF or office file may take.
        document_memory: How much memory reading one may take, in bytes.
        publish_seconds: How long a server collects changes before it publishes them together.
        keep_releases: How many releases stay besides the current one; one that a server holds always does.
        gate_ratio: How many triples may follow from one asserted triple.
        gate_cluster: How many things may be said to be one thing.
        gate_growth: How many times as many facts for each document as before a release may have, or as few.
        extractors: The extractors besides the rules, names with commas between; none is on by default.
        review: A folder with the decisions of reviewers, besides those that come along.
        mappings: A folder with mapping files of data sets outside, besides those that come along.
        reviewer: Who decides in ``link review``, as a CURIE or an IRI: ``orcid:0000-0002-1825-0097``.
        llm_url: The address of an OpenAI-compatible service, up to ``/v1``; empty means that only answers kept from
            earlier runs are used. Its key is read from the variable ``EGOVKG_LLM_KEY`` and stands nowhere else.
        llm_model: The name of the model there.
        llm_prompt: A file with instructions instead of ours.
        llm_cache: Where answers are kept; ``.llm`` in the folder of releases if empty.
        llm_seconds: The deadline of one request.
        llm_budget_seconds: How long a run may ask in all; what is left then is asked by the next run.
        llm_max_tokens: The longest answer.
        llm_concurrency: How many requests may wait at once.
    """

    base: str = iri.BASE
    title: str = "egov-kg"
    version: str = "2026.11.0"
    issued: str = "2026-11-22"
    licence: str = "https://creativecommons.org/licenses/by/4.0/"
    publisher: str = "the maintainers of egov-kg"
    contact: str = ""
    out: Path = Path("build")
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    mode: str = "read-only"
    token_file: str = ""
    reading: str = "open"
    fronts: int = 1
    workers: int = 2
    query_seconds: float = 10.0
    drain_seconds: float = 0.0
    result_bytes: int = 64 * 1024 * 1024
    query_bytes: int = 128 * 1024
    cache_bytes: int = 64 * 1024 * 1024
    cache_answer_bytes: int = 1024 * 1024
    query_memory: int = 320 * 1024 * 1024
    queue: int = 16
    client_queue: int = 4
    repeat_seconds: float = 60.0
    held_quads: int = 500_000
    spool: str = ""
    spool_bytes: int = 1024 * 1024 * 1024
    client_seconds: float = 60.0
    client_burst_seconds: float = 120.0
    client_errors: int = 30
    trusted_proxies: str = ""
    proxy_header: str = "x-forwarded-for"
    security_contact: str = ""
    metrics: str = "off"
    log_format: str = "text"
    log_access: bool = False
    log_queries: bool = False
    federation_allow: tuple[str, ...] = ()
    federation_private: tuple[str, ...] = ()
    federation_seconds: float = 5.0
    federation_rows: int = 10_000
    federation_bytes: int = 8 * 1024 * 1024
    federation_contact: str = ""
    beside: tuple[str, ...] = ()
    beside_quads: int = 2_000_000
    engine_url: str = ""
    engine_update_url: str = ""
    engine_graph_store_url: str = ""
    engine_auth: str = "none"
    engine_user: str = ""
    engine_default_graph: str = ""
    engine_timeout_parameter: str = ""
    engine_timeout_unit: str = "s"
    engine_rows: int = 0
    document_bytes: int = 64 * 1024 * 1024
    document_seconds: float = 60.0
    document_memory: int = 1024 * 1024 * 1024
    publish_seconds: float = 1.0
    keep_releases: int = 2
    gate_ratio: float = 20.0
    gate_cluster: int = 50
    gate_growth: float = 5.0
    extractors: str = ""
    review: str = ""
    mappings: str = ""
    reviewer: str = ""
    llm_url: str = ""
    llm_model: str = ""
    llm_prompt: str = ""
    llm_cache: str = ""
    llm_seconds: float = 60.0
    llm_budget_seconds: float = 3600.0
    llm_max_tokens: int = 4096
    llm_concurrency: int = 2

    @property
    def chosen_extractors(self) -> tuple[str, ...]:
        """The names in `extractors`, sorted, each once."""
        return tuple(sorted({name.strip() for name in self.extractors.split(",")} - {""}))


def load(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> tuple[Config, dict[str, str]]:
    """Return the configuration and where each value of it comes from.

    Args:
        folder: Where ``egov-kg.toml`` is looked for; the current folder if None.
        environment: The variables ``EGOVKG_*`` win over the file; `os.environ` if None.

    Returns:
        The configuration, and for each field ``default``, the file's name, or the variable's name.

    Raises:
        ConfigurationError: If the file cannot be read, a key is unknown (names the nearest one), or a value is not one
            that the setting may have.
    """
    environment = os.environ if environment is None else environment
    fields = {f.name: f for f in dataclasses.fields(Config)}
    values: dict[str, Any] = {}
    origin = dict.fromkeys(fields, "default")
    path = (folder or Path()) / FILE
    if os.path.lexists(path):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{path}: not readable as TOML: {error}") from error
        except OSError as error:
            raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
        for key, value in _flat(table, str(path)):
            values[_known(key, fields, str(path))] = value
            origin[key] = str(path)
    for variable, value in sorted(environment.items()):
        if variable.startswith(PREFIX) and variable not in _SECRETS:
            key = _known(variable.removeprefix(PREFIX).lower(), fields, "the environment")
            values[key], origin[key] = value, variable
    return Config(**{key: _typed(key, value, origin[key]) for key, value in values.items()}), origin


def llm_key(environment: Mapping[str, str] | None = None) -> str:
    """Return the key of a language model's service, or an empty text; it stands in the environment alone."""
    return (os.environ if environment is None else environment).get(LLM_KEY, "").strip()


def engine_secret(environment: Mapping[str, str] | None = None) -> str:
    """Return the password or token of another store, or an empty text; it stands in the environment alone."""
    return (os.environ if environment is None else environment).get(ENGINE_SECRET, "").strip()


def _flat(table: Mapping[str, Any], place: str) -> Iterator[tuple[str, Any]]:
    """Yield the settings of a file: ``[engine] url`` is ``engine_url``.

    ``[[federation.endpoint]]`` adds to ``federation_allow`` and, where it says ``private = true``, to
    ``federation_private``.
    """
    for name, value in table.items():
        if name not in _TABLES or not isinstance(value, dict):
            yield name, value
            continue
        inner = dict(value)
        if name == "federation" and "endpoint" in inner:
            endpoints = _endpoints(inner.pop("endpoint"), place)
            for key, urls in (("allow", [*endpoints]), ("private", [u for u, private in endpoints.items() if private])):
                if isinstance(inner.setdefault(key, []), list):
                    inner[key] = [*inner[key], *urls]
        yield from ((f"{name}_{key}", one) for key, one in inner.items())


def _endpoints(tables: object, place: str) -> dict[str, bool]:
    """Return whether each endpoint of ``[[federation.endpoint]]`` may be private."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigurationError(f"{place}: an endpoint is a table: [[federation.endpoint]] with url and private")
    for table in tables:
        for key in table:
            if key not in {"url", "private"}:
                raise ConfigurationError(
                    f"{place}: unknown key {key!r} in [[federation.endpoint]]; known are url, private"
                )
        if not isinstance(table.get("url"), str):
            raise ConfigurationError(f"{place}: [[federation.endpoint]] needs url, the address of an endpoint")
        if not isinstance(table.get("private", False), bool):
            raise ConfigurationError(
                f"{place}: private of {table['url']} must be true or false, not {table['private']!r}"
            )
    return {table["url"]: table.get("private", False) for table in tables}


def _known(key: str, fields: Mapping[str, object], place: str) -> str:
    if key in fields:
        return key
    for variable, what in _SECRETS.items():
        if key == variable.removeprefix(PREFIX).lower():
            raise ConfigurationError(f"{place}: the {what} stands in no file; set the variable {variable}")
    near = difflib.get_close_matches(key, fields, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(fields)}"
    raise ConfigurationError(f"{place}: unknown key {key!r}{hint}")


def _typed(key: str, value: object, origin: str) -> Any:
    default = getattr(Config(), key)
    if key == "beside":
        return beside_from(value, origin)
    if isinstance(default, tuple):
        return addresses_from(key, value, origin)
    kind = str if isinstance(default, Path) else type(default)
    wanted = _KINDS[kind]
    if kind is bool:
        if str(value).strip().lower() in {"true", "false"}:
            return str(value).strip().lower() == "true"
    elif isinstance(value, str | int | float | dt.date) and not isinstance(value, bool):
        try:
            typed = kind(str(value).strip())
        except ValueError:
            pass
        else:
            wanted = _wanted(key, typed)
            if not wanted:
                return Path(typed) if isinstance(default, Path) else typed
    raise ConfigurationError(f"{origin}: {key} must be {wanted}, not {value!r}")


_TABLES: Final = ("federation", "engine")
_KINDS: Final[Mapping[type, str]] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
_LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "port": (0, 65_535),
    "fronts": (1, 64),
    "workers": (1, 64),
    "query_seconds": (0.001, 86_400),
    "drain_seconds": (0, 3600),
    "result_bytes": (1, 1 << 40),
    "query_bytes": (1, 1 << 30),
    "query_memory": (1 << 26, 1 << 40),
    "queue": (0, 10_000),
    "client_queue": (0, 10_000),
    "repeat_seconds": (0, 86_400),
    "held_quads": (0, 1 << 40),
    "spool_bytes": (1, 1 << 50),
    "client_seconds": (0, 86_400),
    "client_burst_seconds": (0.001, 86_400),
    "client_errors": (0, 1_000_000),
    "federation_seconds": (0.01, 86_400),
    "federation_rows": (1, 10_000_000),
    "federation_bytes": (1, 1 << 32),
    "engine_rows": (0, 1 << 40),
    "beside_quads": (1, 1 << 40),
    "cache_bytes": (0, 1 << 40),
    "cache_answer_bytes": (0, 1 << 30),
    "document_bytes": (1, 1 << 30),
    "document_seconds": (0.1, 86_400),
    "document_memory": (1 << 26, 1 << 40),
    "publish_seconds": (0, 86_400),
    "keep_releases": (0, 1_000_000),
    "gate_ratio": (0, 1_000_000),
    "gate_cluster": (1, 1 << 40),
    "gate_growth": (1, 1_000_000),
    "llm_seconds": (0.01, 86_400),
    "llm_budget_seconds": (0.01, 7 * 86_400),
    "llm_max_tokens": (16, 1 << 20),
    "llm_concurrency": (1, 64),
}
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "mode": ("read-only", "updates", "scratch"),
    "reading": ("open", "token"),
    "metrics": ("off", "local"),
    "log_format": ("text", "json"),
    "proxy_header": ("x-forwarded-for", "forwarded"),
    "engine_auth": ("none", "basic", "digest", "bearer"),
    "engine_timeout_unit": ("s", "ms"),
}
_MAY_BE_EMPTY: Final = frozenset(
    {
        "public_url",
        "token_file",
        "trusted_proxies",
        "federation_contact",
        "security_contact",
        "contact",
        "engine_url",
        "engine_update_url",
        "engine_graph_store_url",
        "engine_user",
        "engine_default_graph",
        "engine_timeout_parameter",
        "extractors",
        "review",
        "reviewer",
        "llm_url",
        "llm_model",
        "llm_prompt",
        "llm_cache",
    }
)
_CONTACT: Final = re.compile(r"(?:mailto:|https://)(?:[!$&-;=?-Z_a-z~]|%[0-9A-Fa-f]{2})+(?:#(?:[!$&-;=?-Z_a-z~])*)?")


def _wanted(key: str, value: Any) -> str:
    """Return what the value of a setting must be, or an empty string if this one is."""
    if key in _LIMITS:
        least, most = _LIMITS[key]
        return "" if least <= value <= most else f"from {least} to {most}"
    if key == "issued":
        return "" if _is_day(value) else "a day, YYYY-MM-DD"
    if not value and key in _MAY_BE_EMPTY:
        return ""
    if key in _WORDS:
        return "" if value in _WORDS[key] else " or ".join(_WORDS[key])
    if key in {"security_contact", "contact"}:
        return "" if _CONTACT.fullmatch(value) else "an address that begins with mailto: or https://"
    if key == "trusted_proxies":
        return "" if _are_networks(value) else "addresses or networks such as 10.0.0.0/8, with commas between"
    if key in {"engine_url", "engine_update_url", "engine_graph_store_url"} and not is_endpoint(value):
        return "an address that begins with http:// or https://, without user and fragment"
    if key in {"base", "licence", "public_url", "llm_url"} and not ADDRESS.fullmatch(value):
        return "an address that begins with http:// or https://"
    if key == "base" and (not value.endswith("/") or set("?#") & set(value)):
        return "an address that ends with a slash"
    return "" if value else "given, or be left out"


def _are_networks(text: str) -> bool:
    try:
        return bool([ipaddress.ip_network(word.strip()) for word in text.split(",")])
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def cores() -> int:
    """Return how many processes can work at once on this machine, at most 64; what may be used of it counts."""
    try:
        found = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        found = os.cpu_count() or 1
    return max(1, min(found, 64))
