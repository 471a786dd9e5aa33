"""Encodings: a file is read in the one that its bytes prove, which is named, or it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_kg.documents import read_document
from egov_kg.documents.encodings import Decoded, Undecodable, declared_encoding, decode_bytes

ENGLISH = "The Ministry adopted the E-Government Act in 2001, and the portal was opened in 2002."
KOREAN = "전자정부법은 2001년에 제정되었다. 행정자치부는 정부24를 2017년에 열었다."
OLD_KOREAN = "電子政府法은 2001년 法律 제6439호로 제정되었다. 국가情報化를 촉진하는 것이다."
GERMAN = (
    "Das Gesetz zur Förderung der elektronischen Verwaltung trat am 1. August 2013 in Kraft. "
    "Die Behörden müssen einen Zugang eröffnen."
)
RUSSIAN = 'Федеральная целевая программа "Электронная Россия" была утверждена в 2002 году.'
JAPANESE = "電子政府の推進に関する基本方針は二〇〇一年に決定された。行政手続のオンライン化が進められた。"


class TestEncodings:
    @pytest.mark.parametrize(
        ("text", "codec", "encoding"),
        [
            (ENGLISH, "utf-8", "UTF-8"),
            (KOREAN, "utf-8", "UTF-8"),
            (KOREAN, "utf-8-sig", "UTF-8"),
            (KOREAN, "cp949", "CP949"),
            (OLD_KOREAN, "euc_kr", "CP949"),
            (KOREAN, "utf-16", "UTF-16LE"),
            (KOREAN, "utf-16-le", "UTF-16LE"),
            (ENGLISH, "utf-16-be", "UTF-16BE"),
            (KOREAN, "utf-32", "UTF-32LE"),
            (RUSSIAN, "cp1251", "WINDOWS-1251"),
            (JAPANESE, "shift_jis", "SHIFT_JIS"),
            (JAPANESE, "euc_jp", "EUC-JP"),
            (KOREAN, "iso2022_kr", "ISO-2022-KR"),
            (JAPANESE, "iso2022_jp", "ISO-2022-JP"),
            (ENGLISH.replace("Act", "“Act” –"), "cp1252", "WINDOWS-1252"),
        ],
    )
    def test_the_encoding_is_told(self, text: str, codec: str, encoding: str) -> None:
        """Text comes out as it went in, and the name of the encoding with it."""
        assert decode_bytes(text.encode(codec)) == Decoded(text, encoding)

    @pytest.mark.parametrize(
        ("data", "guess"),
        [
            (KOREAN.encode() + b"\n" + KOREAN.encode("cp949"), ""),
            (KOREAN.encode("cp949") + b"\n" + 2 * KOREAN.encode(), ""),
            (ENGLISH.encode() + b"\xc0\xaf\xc0\x80" + ENGLISH.encode(), "WINDOWS-1252"),
        ],
        ids=["UTF-8 and CP949", "CP949 and UTF-8", "UTF-8 that is longer than it must be"],
    )
    def test_what_is_in_no_encoding_is_not_guessed(self, data: bytes, guess: str) -> None:
        """A file that was put together of two encodings, or has a few strange bytes, is read in none."""
        found = decode_bytes(data)

        assert isinstance(found, Undecodable)
        assert found.guess == guess

    def test_readings_that_agree(self) -> None:
        """German is the same in the code pages of Western and Central Europe: whichever is named, the text is right."""
        found = decode_bytes(GERMAN.encode("cp1252"))

        assert isinstance(found, Decoded)
        assert found.text == GERMAN

    def test_the_encoding_stands_in_the_metadata(self, tmp_path: Path) -> None:
        """A document says which encoding its file was in, unless that is UTF-8."""
        korean, plain = tmp_path / "korean.txt", tmp_path / "plain.txt"
        korean.write_bytes(KOREAN.encode("cp949"))
        plain.write_bytes(KOREAN.encode())

        assert read_document(korean).metadata["encoding"] == "CP949"
        assert read_document(korean).text == read_document(plain).text
        assert "encoding" not in read_document(plain).metadata

    @pytest.mark.parametrize(
        ("declared", "codec", "encoding"),
        [
            ("iso-8859-1", "cp1252", "WINDOWS-1252"),
            ("windows-1252", "cp1252", "WINDOWS-1252"),
            ("iso-8859-15", "iso-8859-15", "ISO-8859-15"),
            ("utf-8", "cp949", "CP949"),
            ("euc-kr", "utf-8", "UTF-8"),
            ("iso-8859-1", "cp949", "CP949"),
            ("base64", "cp949", "CP949"),
            ("no-such-thing", "cp949", "CP949"),
        ],
    )
    def test_what_a_page_declares_is_checked(self, declared: str, codec: str, encoding: str) -> None:
        """A declaration decides between readings; it does not make bytes something that they are not."""
        text = KOREAN if codec in {"cp949", "utf-8"} else "Administração electrónica é útil"

        assert decode_bytes(text.encode(codec), declared=declared) == Decoded(text, encoding)

    @pytest.mark.parametrize(
        ("head", "declared"),
        [
            (b'<meta charset="EUC-KR">', "euc-kr"),
            (b"<meta charset=utf-8>", "utf-8"),
            (b'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=ks_c_5601-1987">', "ks_c_5601-1987"),
            (b'<?xml version="1.0" encoding="iso-8859-1"?>', "iso-8859-1"),
            (b"<p>charset=x", ""),
        ],
    )
    def test_declarations(self, head: bytes, declared: str) -> None:
        """Pages declare their encoding in a meta element, old ones in the shape of a header, XML in its first line."""
        assert declared_encoding(b"<html><head>" + head + b"</head>") == declared

    @given(st.binary(min_size=1, max_size=300))
    @settings(max_examples=200, deadline=None)
    def test_any_bytes(self, data: bytes) -> None:
        """Any bytes are characters in a named encoding, or a reason; and always the same."""
        found = decode_bytes(data)

        assert found == decode_bytes(data)
        assert found.encoding if isinstance(found, Decoded) else found.reason
