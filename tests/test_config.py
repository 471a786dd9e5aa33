"""A setting is right or refused, with the place that gave it and what it must be: no build stumbles over it later."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import config
from egov_kg.errors import ConfigurationError


class TestValues:
    """What a file or a variable may say."""

    @pytest.mark.parametrize(
        ("variable", "value", "said"),
        [
            ("EGOVKG_PORT", "abc", "port must be a whole number, not 'abc'"),
            ("EGOVKG_PORT", "65536", "port must be from 0 to 65535, not '65536'"),
            ("EGOVKG_WORKERS", "0", "workers must be from 1 to 64, not '0'"),
            ("EGOVKG_QUERY_SECONDS", "nan", "query_seconds must be from 0.001 to 86400, not 'nan'"),
            ("EGOVKG_QUERY_SECONDS", "inf", "query_seconds must be from 0.001 to 86400, not 'inf'"),
            ("EGOVKG_RESULT_BYTES", "-1", "result_bytes must be from 1 to 1099511627776, not '-1'"),
            ("EGOVKG_BASE", "egov/", "base must be an address that begins with http:// or https://, not 'egov/'"),
            ("EGOVKG_BASE", "http://a b/", "base must be an address that begins with http:// or https://"),
            ("EGOVKG_BASE", "https://a.example", "base must be an address that ends with a slash"),
            ("EGOVKG_BASE", "https://a.example/x#/", "base must be an address that ends with a slash"),
            ("EGOVKG_LICENCE", "CC BY 4.0", "licence must be an address"),
            ("EGOVKG_PUBLIC_URL", "here", "public_url must be an address"),
            ("EGOVKG_ISSUED", "20261122", "issued must be a day, YYYY-MM-DD, not '20261122'"),
            ("EGOVKG_VERSION", "", "version must be given, or be left out, not ''"),
            ("EGOVKG_OUT", "", "out must be given, or be left out, not ''"),
        ],
    )
    def test_a_wrong_value_is_refused(self, tmp_path: Path, variable: str, value: str, said: str) -> None:
        """The sentence names the variable, the setting, what it must be and what it is."""
        with pytest.raises(ConfigurationError) as caught:
            config.load(tmp_path, {variable: value})

        assert str(caught.value).startswith(f"{variable}: {said}")

    def test_a_day_of_toml_is_a_day(self, tmp_path: Path) -> None:
        """TOML has days and numbers of its own; they mean the same as in quotes, also behind a byte order mark."""
        (tmp_path / "egov-kg.toml").write_bytes(b'\xef\xbb\xbfissued = 2027-01-31\nport = 0\nout = "there"\n')

        settings, origin = config.load(tmp_path, {})

        assert (settings.issued, settings.port, settings.out) == ("2027-01-31", 0, Path("there"))
        assert origin["issued"] == str(tmp_path / "egov-kg.toml")


class TestFiles:
    """What stands in the place of the file."""

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"title = [1]\n", "title must be text, not [1]"),
            (b"port = true\n", "port must be a whole number, not True"),
            (b"Port = 80\n", "unknown key 'Port'; did you mean 'port'?"),
            (b"= 1\n", "not readable as TOML"),
            (b"\xff\xfe", "not readable as TOML"),
        ],
    )
    def test_a_file_that_is_wrong(self, tmp_path: Path, content: bytes, said: str) -> None:
        """The sentence names the file."""
        (tmp_path / "egov-kg.toml").write_bytes(content)

        with pytest.raises(ConfigurationError) as caught:
            config.load(tmp_path, {})

        assert str(caught.value).startswith(f"{tmp_path / 'egov-kg.toml'}: {said}")

    def test_a_folder_and_a_link_to_itself(self, tmp_path: Path) -> None:
        """What cannot be read is not passed over in silence."""
        (tmp_path / "one" / "egov-kg.toml").mkdir(parents=True)
        (tmp_path / "two").mkdir()
        (tmp_path / "two" / "egov-kg.toml").symlink_to("egov-kg.toml")

        for folder in ("one", "two"):
            with pytest.raises(ConfigurationError, match=r"egov-kg\.toml: cannot be read: "):
                config.load(tmp_path / folder, {})
