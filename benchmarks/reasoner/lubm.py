"""Universities after the published description of the Lehigh University Benchmark (Guo, Pan, Heflin 2005).

    python benchmarks/reasoner/lubm.py --universities 5 -o lubm5.nt

Who works and studies at a university, what they teach, take and publish: the ranges below are those of the paper's data
profile; its generator was not used, so that counts are alike and not the same. A university depends on its number and
the seed alone: that of more universities begins with that of fewer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final, TypeVar

T = TypeVar("T")
NAMESPACE: Final = "http://swat.cse.lehigh.edu/onto/univ-bench.owl#"
TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
IS_UNIVERSITY: Final = f" {TYPE} <{NAMESPACE}University> .\n"
FACULTY: Final = {  # how many a department has, and what each has published
    "FullProfessor": ((7, 10), (15, 20)),
    "AssociateProfessor": ((10, 14), (10, 18)),
    "AssistantProfessor": ((8, 11), (5, 10)),
    "Lecturer": ((5, 7), (0, 5)),
}
DEPARTMENTS: Final = (15, 25)
GROUPS: Final = (10, 20)
COURSES: Final = (1, 2)  # of each kind, for each of the faculty
UNDERGRADUATES: Final = (8, 14)  # for each of the faculty
GRADUATES: Final = (3, 4)
DEGREES: Final = 1000  # universities from which people come
TOPICS: Final = 30


class Department:
    """A department, written line by line."""

    def __init__(self, university: int, number: int, seed: int) -> None:
        self.chance = Random(f"{seed} {university} {number}")
        self.host = f"Department{number}.University{university}.edu"
        self.iri = f"<http://www.{self.host}>"
        self.university = f"<http://www.University{university}.edu>"
        self.name = f"Department{number}"
        self.made: list[str] = []

    def lines(self) -> list[str]:
        """Return the triples as lines of N-Triples."""
        self._is(self.iri, "Department")
        self._link(self.iri, "subOrganizationOf", self.university)
        self._value(self.iri, "name", self.name)
        for number in range(self._between(GROUPS)):
            group = self._node(f"ResearchGroup{number}")
            self._is(group, "ResearchGroup")
            self._link(group, "subOrganizationOf", self.iri)
        faculty = list(self._faculty())
        courses, advanced = ([self._course(kind, n) for n in range(count)] for kind, count in self._taught(faculty))
        professors = [person for person, kind in faculty if kind != "Lecturer"]
        papers = [paper for person, kind in faculty for paper in self._papers(person, kind)]
        self._undergraduates(len(faculty), courses, professors)
        self._graduates(len(faculty), courses, advanced, professors, papers)
        return self.made

    def _faculty(self) -> Iterator[tuple[str, str]]:
        for kind, (heads, _) in FACULTY.items():
            for number in range(self._between(heads)):
                person = self._person(kind, number)
                self._link(person, "worksFor", self.iri)
                if kind == "FullProfessor" and number == 0:
                    self._link(person, "headOf", self.iri)
                for degree in ("undergraduate", "masters", "doctoral"):
                    self._degree(person, degree)
                if kind != "Lecturer":
                    self._value(person, "researchInterest", f"Research{self.chance.randrange(TOPICS)}")
                yield person, kind

    def _taught(self, faculty: Sequence[tuple[str, str]]) -> Iterator[tuple[str, int]]:
        """Say who teaches what; yield how many courses of each kind that makes."""
        for kind in ("Course", "GraduateCourse"):
            count = 0
            for person, _ in faculty:
                for _ in range(self._between(COURSES)):
                    self._link(person, "teacherOf", self._node(f"{kind}{count}"))
                    count += 1
            yield kind, count

    def _course(self, kind: str, number: int) -> str:
        course = self._node(f"{kind}{number}")
        self._is(course, kind)
        self._value(course, "name", f"{kind}{number}")
        return course

    def _papers(self, person: str, kind: str) -> Iterator[str]:
        for number in range(self._between(FACULTY[kind][1])):
            paper = f"{person[:-1]}/Publication{number}>"
            self._is(paper, "Publication")
            self._value(paper, "name", f"Publication{number}")
            self._link(paper, "publicationAuthor", person)
            yield paper

    def _undergraduates(self, faculty: int, courses: Sequence[str], professors: Sequence[str]) -> None:
        for number in range(sum(self._between(UNDERGRADUATES) for _ in range(faculty))):
            student = self._person("UndergraduateStudent", number)
            self._link(student, "memberOf", self.iri)
            for course in self.chance.sample(courses, self._between((2, 4))):
                self._link(student, "takesCourse", course)
            if self.chance.random() < 1 / 5:
                self._link(student, "advisor", self.chance.choice(professors))

    def _graduates(
        self,
        faculty: int,
        courses: Sequence[str],
        advanced: Sequence[str],
        professors: Sequence[str],
        papers: Sequence[str],
    ) -> None:
        students = []
        for number in range(sum(self._between(GRADUATES) for _ in range(faculty))):
            student = self._person("GraduateStudent", number)
            self._link(student, "memberOf", self.iri)
            self._degree(student, "undergraduate")
            self._link(student, "advisor", self.chance.choice(professors))
            for course in self.chance.sample(advanced, self._between((1, 3))):
                self._link(student, "takesCourse", course)
            for paper in self.chance.sample(papers, self._between((0, 5))):
                self._link(paper, "publicationAuthor", student)
            students.append(student)
        teaching = self.chance.sample(students, len(students) // self._between((4, 5)))
        for student, course in zip(teaching, self.chance.sample(courses, len(teaching)), strict=True):
            self._is(student, "TeachingAssistant")
            self._link(student, "teachingAssistantOf", course)
        for student in self.chance.sample(students, len(students) // self._between((3, 4))):
            self._is(student, "ResearchAssistant")

    def _person(self, kind: str, number: int) -> str:
        local = f"{kind}{number}"
        person = self._node(local)
        self._is(person, kind)
        self._value(person, "name", local)
        self._value(person, "emailAddress", f"{local}@{self.host}")
        self._value(person, "telephone", "xxx-xxx-xxxx")
        return person

    def _degree(self, person: str, kind: str) -> None:
        university = f"<http://www.University{self.chance.randrange(DEGREES)}.edu>"
        self._link(person, f"{kind}DegreeFrom", university)
        self._is(university, "University")

    def _node(self, local: str) -> str:
        return f"{self.iri[:-1]}/{local}>"

    def _is(self, thing: str, kind: str) -> None:
        self.made.append(f"{thing} {TYPE} <{NAMESPACE}{kind}> .\n")

    def _link(self, thing: str, prop: str, other: str) -> None:
        self.made.append(f"{thing} <{NAMESPACE}{prop}> {other} .\n")

    def _value(self, thing: str, prop: str, text: str) -> None:
        self.made.append(f'{thing} <{NAMESPACE}{prop}> "{text}" .\n')

    def _between(self, bounds: tuple[int, int]) -> int:
        return self.chance.randint(*bounds)


def university_lines(number: int, seed: int) -> Iterator[str]:
    """Yield the triples of one university; that something is a university may come several times."""
    university = f"<http://www.University{number}.edu>"
    yield university + IS_UNIVERSITY
    yield f'{university} <{NAMESPACE}name> "University{number}" .\n'
    for department in range(Random(f"{seed} {number}").randint(*DEPARTMENTS)):
        yield from Department(number, department, seed).lines()


def write_universities(path: Path, universities: int, seed: int = 0) -> int:
    """Write N-Triples, and return how many."""
    count = 0
    known: set[str] = set()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number in range(universities):
            lines = [line for line in university_lines(number, seed) if _is_new(line, known)]
            file.writelines(lines)
            count += len(lines)
    return count


def _is_new(line: str, known: set[str]) -> bool:
    if not line.endswith(IS_UNIVERSITY):
        return True
    before = len(known)
    known.add(line)
    return len(known) > before


def main() -> int:
    """Write a file and say how many triples it has."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--universities", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    count = write_universities(options.out, options.universities, options.seed)
    print(f"{count} triples", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
