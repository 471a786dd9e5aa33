"""How long reconciliation takes over a million labels, and whether the index finds what comparing with all would find.

    python benchmarks/reconciliation.py [--labels 1000000] [--batches 300] [--keep FOLDER] [--peers] [--release FOLDER]

The labels are of our own making, half English, half Korean: acts, agencies, projects, persons of invented places, with
days, numbers and jurisdictions. Batches of ten queries mix exact names, names with one or two wrong letters, parts of
names, and names that are not there; half of the queries name a type, a third another property. Each batch is another
one, and no answer is kept, so that nothing is answered from memory.

Printed as tables in Markdown: batches in one process, in two, and over HTTP where ``--release`` names a folder of
releases: a copy of the current one is served with these labels; recall against all cosines; with ``--peers`` other
libraries over the same labels, where they are installed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import http.client
import importlib.util
import json
import multiprocessing
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from egov_kg import iri
from egov_kg.linking.forms import folded
from egov_kg.linking.people import person_keys
from egov_kg.linking.trigrams import grams_of
from egov_kg.reconciliation.gathered import JURISDICTION, KIND, PERSON, SEARCH, Gathered, Named, Stored, Thing
from egov_kg.reconciliation.model import Condition, Question, Value
from egov_kg.reconciliation.reconciler import Reconciler
from egov_kg.reconciliation.table import Table, write_search

SYLLABLES = "ka lo min ser dan vo tir han mel qua bor nes ri tol gam wen zu pra fen lis dor kal hu bes mo rin".split()  # noqa: SIM905
HANGUL = "가나다라마바사아자차하고노도로모보소오조초호구누두루무부수우주추기니디리미비시이지치강남동북서산천명평성"
_TOPICS = (
    "data information privacy safety transport energy water forest health education welfare labour "
    "finance tax customs trade harbour fishery farming heritage tourism sports culture broadcasting "
    "telecommunications research standards statistics housing land roads railways aviation shipping "
    "defence veterans migration justice police prisons courts elections archives records libraries "
    "museums procurement innovation startups industry mining metals textiles food medicine hospitals "
    "nursing childcare youth ageing disability insurance pensions banking securities competition "
    "consumers advertising climate emissions waste noise soil rivers coasts meteorology disasters "
    "fire rescue identity signatures registration licensing permits inspection audit ethics "
    "petitions ombudsman gender families schools"
)
TOPICS = _TOPICS.split()
_KOREAN = (
    "정보 공공 자료 개인정보 안전 교통 에너지 수도 산림 보건 교육 복지 노동 재정 조세 관세 무역 항만 수산 "
    "농업 문화재 관광 체육 문화 방송 통신 연구 표준 통계 주택 토지 도로 철도 항공 해운 국방 보훈 이민 법무 "
    "경찰 교정 법원 선거 기록 도서관 박물관 조달 혁신 창업 산업 광업 금속 섬유 식품 의약 병원 간호 보육 "
    "청소년 고령 장애인 보험 연금 은행 증권 경쟁 소비자 광고 기후 배출 폐기물 소음 토양 하천 연안 기상 재난 "
    "소방 구조 신원 전자서명 등록 면허 허가 검사 감사 윤리 청원 성평등 가족 학교"
)
KOREAN = _KOREAN.split()
KINDS = (
    ("Law", "Act on {a} {b} in {place}", "{place} {a} {b}에 관한 법률", "act"),
    ("Law", "{place} {a} Promotion Act", "{place} {a} 진흥법", "act"),
    ("Law", "Enforcement Decree of the {place} {a} Act", "{place} {a}법 시행령", "decree"),
    ("Agency", "Ministry of {a} and {b} of {place}", "{place} {a}{b}부", ""),
    ("Agency", "{place} {a} Agency", "{place} {a}청", ""),
    ("Project", "{place} {a} and {b} Information System", "{place} {a} {b} 정보시스템", "system"),
    ("Project", "Smart {a} Project {number} of {place}", "{place} 스마트 {a} 사업 {number}차", ""),
)
SUPER = {
    "Law": ("egov:Enactable", "egov:Law"),
    "Agency": ("egov:Actor", "egov:Agency", "egov:Body"),
    "Project": ("egov:Project", "egov:Undertaking"),
    "Person": ("egov:Actor", "egov:Person"),
}


def place_names(chance: random.Random, many: int) -> list[tuple[str, str]]:
    """Return invented places in two scripts, each once, some much more frequent than others when drawn by rank."""
    found: dict[str, str] = {}
    while len(found) < many:
        word = "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 2, 3, 3, 4)))).capitalize()
        found.setdefault(word, "".join(chance.choice(HANGUL) for _ in range(chance.choice((2, 3)))))
    return list(found.items())


def things(labels: int) -> Iterator[Thing]:
    """Yield things with two labels each; the same number gives the same things."""
    chance = random.Random(11)
    places = place_names(chance, 20_000)
    for number in range(labels // 2):
        english, korean = places[int(len(places) * chance.random() ** 2)]
        code = f"x{number % 200:03}"
        day = f"{1950 + chance.randrange(75)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        values = [Stored("egov:inJurisdiction", iri.thing_iri(f"jurisdiction/{code}"), "thing")]
        values.append(Stored(JURISDICTION, code, text=code))
        if number % 12 == 0:
            kind, family = "Person", chance.choice(SYLLABLES).capitalize()
            names = (
                f"{family} {english.lower()[:3].capitalize()}-{chance.choice(SYLLABLES)}",
                f"{korean}{chance.choice(HANGUL)}",
            )
            values += [Stored(PERSON, key) for name in names for key in person_keys(name)]
        else:
            kind, one, other, said = KINDS[chance.randrange(len(KINDS))]
            a, b, c = (chance.randrange(len(TOPICS)) for _ in range(3))
            names = (
                one.format(a=TOPICS[a].capitalize(), b=TOPICS[b].capitalize(), place=english, number=c),
                other.format(a=KOREAN[a % len(KOREAN)], b=KOREAN[b % len(KOREAN)], place=korean, number=c),
            )
            if said:
                values.append(Stored(KIND, said, text=said))
            if kind == "Law":
                values.append(Stored("egov:promulgatedOn", day, "date", day))
                values.append(Stored("egov:actNumber", str(number), text=str(number)))
        named = (Named(names[0], "en"), Named(names[1], "ko"))
        yield Thing(
            iri.thing_iri(f"{kind.lower()}/{code}/n{number}"), SUPER[kind], named, tuple(sorted(values)), int(day[:4])
        )


def mistyped(name: str, chance: random.Random) -> str:
    """Return a name with a letter wrong, missing, doubled or swapped, once or twice."""
    letters = list(name)
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(1, max(len(letters) - 1, 2)) % len(letters)
        match chance.randrange(4):
            case 0:
                del letters[at]
            case 1:
                letters.insert(at, letters[at])
            case 2:
                letters[at] = chance.choice("aeiou" if letters[at].isascii() else HANGUL)
            case _:
                letters[at - 1], letters[at] = letters[at], letters[at - 1]
        if not letters:
            return name
    return "".join(letters)


def questions(table: Table, many: int, *, plain: bool = False) -> list[tuple[str, Question]]:
    """Return questions with the kind of each; `plain` ones have a name alone."""
    chance = random.Random(5)
    unknown = place_names(random.Random(99), 500)
    found = []
    for _ in range(many):
        thing = chance.randrange(len(table))
        names = table.names_of(thing)
        name = names[chance.randrange(len(names))]
        kind = chance.choices(("exact", "mistyped", "part", "unknown"), (40, 30, 15, 15))[0]
        text = name.text
        if kind == "mistyped":
            text = mistyped(text, chance)
        elif kind == "part":
            words = text.split()
            text = " ".join(words[: max(1, len(words) - 2)] if chance.random() < 0.5 else words[1:] or words)
        elif kind == "unknown":
            words = chance.choice(unknown)
            text = (
                f"{words[0]} {chance.choice(TOPICS)} {chance.choice(TOPICS)} Board"
                if name.lang == "en"
                else f"{words[1]}{chance.choice(KOREAN)} 위원회"
            )
        type_ = next(
            one for one in ("egov:Law", "egov:Agency", "egov:Person", "egov:Project") if one in table.classes(thing)
        )
        conditions: tuple[Condition, ...] = ()
        if chance.random() < 1 / 3:
            if table.year(thing) and type_ == "egov:Law" and chance.random() < 0.5:
                conditions = (Condition("egov:promulgatedOn", (Value(str(table.year(thing))),)),)
            else:
                conditions = (Condition("egov:inJurisdiction", (Value(table.things[thing].split("/")[-2]),)),)
        if plain:
            found.append((kind, Question(text, name.lang)))
        else:
            found.append(
                (kind, Question(text, name.lang, type_ if chance.random() < 0.5 else "", conditions=conditions))
            )
    return found


def row(*cells: object) -> None:
    """Print a row of a table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def timed(reconciler: Reconciler, batches: Sequence[Sequence[Question]]) -> list[float]:
    """Return the milliseconds of each batch."""
    found = []
    for batch in batches:
        began = time.perf_counter()
        reconciler.match(batch, ("en",))
        found.append(1000 * (time.perf_counter() - began))
    return found


def shown(times: Sequence[float]) -> tuple[str, str, str]:
    """Return median, 95th and 99th percentile."""
    ordered = sorted(times)
    return tuple(f"{ordered[min(int(len(ordered) * part), len(ordered) - 1)]:.1f}" for part in (0.5, 0.95, 0.99))  # type: ignore[return-value]


def in_one_process(folder: Path, batches: list[list[Question]], single: list[tuple[str, Question]]) -> None:
    """Print the times of batches, and of single questions by kind."""
    reconciler = Reconciler.open(folder)
    timed(reconciler, batches[:30])
    before = time.process_time()
    times = timed(reconciler, batches[30:])
    processor = 1000 * (time.process_time() - before) / len(times)
    print(f"processor time of a batch: {processor:.1f} ms; load of the machine: {os.getloadavg()[0]:.1f}\n")
    row("what", "median ms", "p95 ms", "p99 ms", "a second")
    row("---", "---:", "---:", "---:", "---:")
    row("batches of ten, one process", *shown(times), f"**{1000 * len(times) / sum(times):.0f}**")
    for kind in ("exact", "mistyped", "part", "unknown"):
        some = [[question] for name, question in single if name == kind]
        times = timed(reconciler, some)
        row(f"one query, {kind}", *shown(times), f"{1000 * len(times) / sum(times):.0f}")


def _work(folder: Path, batches: list[list[Question]], ready: object, told: object) -> None:
    reconciler = Reconciler.open(folder)
    timed(reconciler, batches[:10])
    ready.wait()  # type: ignore[attr-defined]
    began = time.perf_counter()
    times = timed(reconciler, batches[10:])
    told.put((time.perf_counter() - began, times))  # type: ignore[attr-defined]


def in_processes(folder: Path, batches: list[list[Question]], many: int) -> None:
    """Print what several processes do at once."""
    ready, told = multiprocessing.Barrier(many), multiprocessing.Queue()
    parts = [batches[at::many] for at in range(many)]
    workers = [multiprocessing.Process(target=_work, args=(folder, part, ready, told)) for part in parts]
    for worker in workers:
        worker.start()
    results = [told.get() for _ in workers]
    for worker in workers:
        worker.join()
    times = [one for _, some in results for one in some]
    row(
        f"batches of ten, {many} processes", *shown(times), f"**{sum(len(some) / took for took, some in results):.0f}**"
    )


def with_labels(release: Path, labels: Path, out: Path) -> None:
    """Copy a release and put a search folder into it; its manifest, and so its name, are those of the new files."""
    copy = out / "copy"
    shutil.copytree((release / "current").resolve(), copy, ignore=shutil.ignore_patterns(SEARCH))
    shutil.copytree(labels, copy / SEARCH, copy_function=os.link)
    manifest = json.loads((copy / "manifest.json").read_bytes())
    for file in manifest["files"]:
        if file["path"].startswith(f"{SEARCH}/"):
            content = (copy / file["path"]).read_bytes()
            file.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (copy / "manifest.json").write_text(text, encoding="utf-8")
    name = hashlib.sha256(text.encode()).hexdigest()
    (out / "releases").mkdir()
    copy.rename(out / "releases" / name)
    (out / "current").symlink_to(Path("releases") / name)


@contextlib.contextmanager
def served(out: Path) -> Iterator[tuple[str, int]]:
    """Serve a folder of releases; yield the address and the number of the process that faces the network."""
    environment = {**os.environ, "EGOVKG_CLIENT_SECONDS": "0", "EGOVKG_LOG_ACCESS": "false"}
    command = [sys.executable, "-m", "egov_kg", "serve", "--from", str(out), "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = next(word for line in server.stdout for word in line.split() if word.startswith("http://"))
            yield address.rstrip("/"), server.pid
        finally:
            server.terminate()


def processor_times(process: int) -> dict[int, float]:
    """Return the milliseconds of processor that a process and those below it took so far."""
    below: dict[int, list[int]] = {}
    times = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = place.read_text().rpartition(")")[2].split()
            number = int(place.parent.name)
            below.setdefault(int(words[1]), []).append(number)
            times[number] = 1000 * (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    found = [process]
    for number in found:
        found += below.get(number, [])
    return {number: times[number] for number in found if number in times}


def over_http(address: str, process: int, batches: list[list[Question]]) -> None:
    """Print what a server does, asked over several connections that stay open, each time with other batches."""
    place, kept = urllib.parse.urlsplit(address).netloc, threading.local()

    def ask(batch: list[Question]) -> float:
        queries = {f"q{number}": _query(one) for number, one in enumerate(batch)}
        body = urllib.parse.urlencode({"queries": json.dumps(queries, ensure_ascii=False)}).encode()
        began = time.perf_counter()
        if not hasattr(kept, "connection"):
            kept.connection = http.client.HTTPConnection(place)
        kept.connection.request("POST", "/reconcile", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = kept.connection.getresponse()
        answer.read()
        assert answer.status == 200
        return 1000 * (time.perf_counter() - began)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ask, batches[:40]))
    rest = batches[40:]
    some = len(rest) // 4
    parts = [(many, rest[at * some : (at + 1) * some]) for at, many in enumerate((1, 2, 4, 16))]
    row("what", "median ms", "p95 ms", "p99 ms", "a second", "processor ms a batch: front", "search")
    row("---", "---:", "---:", "---:", "---:", "---:", "---:")
    for name, many, part in [*(("", *one) for one in parts), (", asked before", 4, parts[-1][1])]:
        before = processor_times(process)
        with ThreadPoolExecutor(many) as threads:
            began = time.perf_counter()
            times = list(threads.map(ask, part))
            took = time.perf_counter() - began
        spent = {one: now - before.get(one, 0.0) for one, now in processor_times(process).items()}
        front = spent.pop(process) / len(part)
        rate = f"**{len(times) / took:.0f}**"
        searching = sum(spent.values()) / len(part)
        row(f"HTTP, {many} connections{name}", *shown(times), rate, f"{front:.1f}", f"{searching:.1f}")


def _query(question: Question) -> dict[str, object]:
    found: dict[str, object] = {"query": question.text, "limit": question.limit}
    if question.type:
        found["type"] = question.type.partition(":")[2]
    if question.conditions:
        found["properties"] = [
            {"pid": one.property.partition(":")[2], "v": one.values[0].text} for one in question.conditions
        ]
    return found


def recall(folder: Path, single: list[tuple[str, Question]], many: int) -> None:
    """Print how many of the best five names by all cosines the index finds, and whether the right name is the first."""
    table, nearest = Table.open(folder)
    matrix = _Brute(table)
    row("names", "questions", "best name found", "best five found", "cosine over 0.55 found")
    row("---", "---:", "---:", "---:", "---:")
    for kind in ("exact", "mistyped", "part", "unknown"):
        asked = [question for name, question in single if name == kind][:many]
        first = five = of_five = near = of_near = answered = 0
        for question in asked:
            form = folded(question.text)
            best = matrix.best(form)
            best = [(cosine, at) for cosine, at in best if cosine >= 0.3][:5]
            got = {one.form: one.cosine for one in nearest.search(form, 9, least=0.3)}
            lowest = min(sorted(got.values(), reverse=True)[:5], default=0.0)
            if best:
                answered += 1
                first += best[0][1] in got or (bool(got) and max(got.values()) >= best[0][0] - 1e-4)
            of_five += len(best)
            five += sum(at in got or (len(got) >= 5 and lowest >= cosine - 1e-4) for cosine, at in best)
            high = [(cosine, at) for cosine, at in best if cosine >= 0.55]
            of_near += len(high)
            near += sum(at in got or (len(got) >= 5 and lowest >= cosine - 1e-4) for cosine, at in high)
        row(kind, len(asked), _share(first, answered), _share(five, of_five), _share(near, of_near))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


class _Brute:
    """All cosines, name by name, with the weights of the index."""

    def __init__(self, table: Table) -> None:
        self._forms = [table.forms[at] for at in range(len(table.forms))]
        rows, grams = grams_of(self._forms)
        keys = np.unique(grams)
        at = np.searchsorted(keys, grams)
        pairs = np.unique(at * len(self._forms) + rows)
        self._keys, (at, self._rows) = keys, np.divmod(pairs, len(self._forms))
        self._starts = np.searchsorted(at, np.arange(len(keys) + 1))
        counts = np.diff(self._starts)
        self._idf = np.round(np.log1p(len(self._forms) / counts) * 4096) / 4096
        self._lengths = np.sqrt(np.bincount(self._rows, weights=self._idf[at] ** 2, minlength=len(self._forms)))
        self._unknown = np.log1p(len(self._forms))

    def best(self, form: str) -> list[tuple[float, int]]:
        """Return the best cosines with the places of their names."""
        grams = np.unique(grams_of([form])[1])
        at = np.searchsorted(self._keys, grams)
        at[at == len(self._keys)] = 0
        known = self._keys[at] == grams
        sums = np.zeros(len(self._forms))
        for place in at[known]:
            sums[self._rows[self._starts[place] : self._starts[place + 1]]] += self._idf[place] ** 2
        length = np.sqrt((self._idf[at[known]] ** 2).sum() + self._unknown**2 * (~known).sum())
        cosines = sums / (self._lengths * max(length, 1e-9))
        top = np.argpartition(-cosines, 20)[:20]
        return sorted(((float(cosines[place]), int(place)) for place in top), key=lambda one: (-one[0], one[1]))


def peers(folder: Path, single: list[tuple[str, Question]], many: int) -> None:
    """Print how others find the most similar name among the same ones, each as well as it can without help."""
    table, nearest = Table.open(folder)
    forms = [table.forms[at] for at in range(len(table.forms))]
    asked = [folded(question.text) for name, question in single if name in {"exact", "mistyped"}][:many]
    matrix = _Brute(table)
    best = {}
    for form in asked:
        found = matrix.best(form)
        best[form] = {at for cosine, at in found if cosine >= found[0][0] - 1e-6}
    makers = {"this index": lambda: lambda form: [one.form for one in nearest.search(form, 5, least=0.3)]}
    makers |= {"NumPy, all cosines": lambda: lambda form: [at for _, at in matrix.best(form)[:5]]}
    makers |= {"SQLite FTS5, trigrams": lambda: _sqlite(forms)}
    if importlib.util.find_spec("rapidfuzz"):
        makers["rapidfuzz, process.extract (ratio)"] = lambda: _rapidfuzz(forms)
    if importlib.util.find_spec("tantivy"):
        makers["tantivy, trigrams"] = lambda: _tantivy(forms)
    row("what", "made in s", "median ms a name", "times this index", "most similar name among the first five")
    row("---", "---:", "---:", "---:", "---:")
    ours = 0.0
    for name, make in makers.items():
        began = time.perf_counter()
        search = make()
        made = time.perf_counter() - began
        times, right = [], 0
        for form in asked if name in {"this index", "SQLite FTS5, trigrams", "tantivy, trigrams"} else asked[:20]:
            began = time.perf_counter()
            found = search(form)
            times.append(1000 * (time.perf_counter() - began))
            right += bool(best[form] & set(found))
        median = statistics.median(times)
        ours = ours or median
        row(name, f"{made:.0f}", f"{median:.2f}", f"{median / ours:.0f}", _share(right, len(times)))


def _grams(form: str) -> list[str]:
    return list(dict.fromkeys(form[at : at + 3] for at in range(max(len(form) - 2, 1))))


def _sqlite(forms: list[str]) -> Callable[[str], list[int]]:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE names USING fts5(name, tokenize='trigram', content='')")
    base.executemany("INSERT INTO names(rowid, name) VALUES (?, ?)", enumerate(forms))

    def search(form: str) -> list[int]:
        words = " OR ".join(f'"{gram}"' for gram in _grams(form) if len(gram) == 3)
        if not words:
            return []
        query = "SELECT rowid FROM names WHERE names MATCH ? ORDER BY rank LIMIT 5"
        return [int(found) for (found,) in base.execute(query, (words,))]

    return search


def _rapidfuzz(forms: list[str]) -> Callable[[str], list[int]]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    return lambda form: [at for _, _, at in process.extract(form, forms, scorer=fuzz.ratio, limit=5)]


def _tantivy(forms: list[str]) -> Callable[[str], list[int]]:
    import tantivy  # noqa: PLC0415

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("grams", stored=False, tokenizer_name="whitespace")
    schema.add_integer_field("at", stored=True)
    index = tantivy.Index(schema.build())
    writer = index.writer(256 << 20)
    for at, form in enumerate(forms):
        writer.add_document(tantivy.Document(grams=" ".join(_grams(form)), at=at))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(form: str) -> list[int]:
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(index.schema, "grams", gram)) for gram in _grams(form)]
        hits = searcher.search(tantivy.Query.boolean_query(terms), 5).hits
        return [int(searcher.doc(address)["at"][0]) for _, address in hits]

    return search


def hostile(folder: Path) -> None:
    """Print how long batches take that mean harm."""
    reconciler = Reconciler.open(folder)
    chance = random.Random(3)
    long = "".join(chance.choice(TOPICS) for _ in range(800))[:4000]
    common = "act on information in the and of system"
    batches = {
        "50 queries of 4,000 characters": [Question(long[number:] + long[:number]) for number in range(50)],
        "50 queries of common trigrams alone": [Question(f"{common} {number % 7}") for number in range(50)],
        "50 queries of one letter": [Question(chr(97 + number % 26)) for number in range(50)],
        "50 queries of one letter, 4,000 times": [Question(chr(0xAC00 + number) * 4000) for number in range(50)],
        "50 queries with 32 conditions": [
            Question(f"{common} {number}", conditions=(Condition("egov:inJurisdiction", (Value("x001"),)),) * 32)
            for number in range(50)
        ],
    }
    row("batch", "ms")
    row("---", "---:")
    for name, batch in batches.items():
        row(name, f"{timed(reconciler, [batch])[0]:.0f}")


def identical(folder: Path, many: int) -> None:
    """Print how long a batch takes where all things have one name."""
    if not folder.is_dir():
        named = (Named("Ministry of Silence", "en"),)
        alike = (
            Thing(
                iri.thing_iri(f"agency/x{number % 200:03}/n{number}"),
                SUPER["Agency"],
                named,
                (
                    Stored("egov:actNumber", str(number), text=str(number)),
                    Stored(JURISDICTION, f"x{number % 200:03}", text=f"x{number % 200:03}"),
                    Stored("egov:inJurisdiction", iri.thing_iri(f"jurisdiction/x{number % 200:03}"), "thing"),
                ),
            )
            for number in range(many)
        )
        write_search(Gathered(iri.BASE, tuple(alike)), folder)
    reconciler = Reconciler.open(folder)
    place = Condition("egov:inJurisdiction", (Value("x007"),))
    numbers = [Condition("egov:actNumber", (Value(str(7 + 200 * number)),)) for number in range(50)]
    batches = {
        "the name alone": [Question("Ministry of Silence", limit=25)] * 50,
        "the name and a type": [Question("Ministry of Silence", type="egov:Agency", limit=25)] * 50,
        "the name and a place": [Question("Ministry of Silence", conditions=(place,))] * 50,
        "the name, a place, a number": [Question("Ministry of Silence", conditions=(place, one)) for one in numbers],
    }
    row(f"50 queries, {many:,} things of one name", "ms", "the right one is the first")
    row("---", "---:", "---:")
    for name, batch in batches.items():
        began = time.perf_counter()
        found = reconciler.match(batch, ("en",))
        took = 1000 * (time.perf_counter() - began)
        right = [f"n{7 + 200 * number}" for number in range(50)] if "number" in name else []
        met = sum(one[0].id.endswith(f"/{id_}") for one, id_ in zip(found, right, strict=False))
        row(name, f"{took:.0f}", _share(met, len(right)))


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--batches", type=int, default=300)
    parser.add_argument("--recall", type=int, default=100, help="questions of each kind that are compared with all")
    parser.add_argument("--keep", type=Path)
    parser.add_argument(
        "--release", type=Path, help="a folder of releases, as egov-kg build writes it; to serve a copy"
    )
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--identical", type=int, default=0, help="how many things of one name to try besides")
    given = parser.parse_args()
    gc.set_threshold(100_000, 20, 50)  # as in a search process
    with tempfile.TemporaryDirectory() as made:
        folder = (given.keep or Path(made)) / f"search-{given.labels}"
        if not folder.is_dir():
            began = time.perf_counter()
            write_search(Gathered(iri.BASE, tuple(things(given.labels))), folder)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            size = sum(path.stat().st_size for path in folder.iterdir()) >> 20
            told = f"written in {time.perf_counter() - began:.0f} s, {size} MiB"
            print(f"{told}; peak {peak} MiB with the labels themselves\n")
            gc.collect()
        began = time.perf_counter()
        table, _ = Table.open(folder)
        opened = time.perf_counter() - began
        print(f"opened in {1000 * opened:.1f} ms: {len(table):,} things, {len(table.forms):,} different names\n")
        asked = questions(table, 10 * given.batches)
        batches = [[question for _, question in asked[at : at + 10]] for at in range(0, len(asked), 10)]
        single = questions(table, 4 * given.batches, plain=True)
        in_one_process(folder, batches, single)
        in_processes(folder, batches, 2)
        if given.release:
            print()
            with tempfile.TemporaryDirectory(dir=folder.parent) as out:
                with_labels(given.release, folder, Path(out))
                with served(Path(out)) as (address, process):
                    over_http(address, process, batches)
        print()
        hostile(folder)
        if given.identical:
            print()
            identical((given.keep or Path(made)) / f"identical-{given.identical}", given.identical)
        if given.recall:
            print()
            recall(folder, single, given.recall)
        if given.peers:
            print()
            peers(folder, single, 100)
    return 0


if __name__ == "__main__":
    sys.exit(main())
