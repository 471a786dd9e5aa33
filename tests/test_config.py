"""A setting is right or refused, with the place that gave it and what it must be: no build stumbles over it later."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import config
from egov_kg.errors import ConfigurationError

BESIDE = (
    "a list of at most 8 data sets, each a name in lower-case letters, digits and hyphens, alone or with a path: "
    "'kr-iso', 'mine=data/mine.ttl'"
)


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
            (
                "EGOVKG_SECURITY_CONTACT",
                "me",
                "security_contact must be an address that begins with mailto: or https://",
            ),
            ("EGOVKG_CONTACT", "mailto:<me>", "contact must be an address that begins with mailto: or https://"),
            ("EGOVKG_CONTACT", "https://a.example/%zz", "contact must be an address that begins with"),
            ("EGOVKG_ISSUED", "20261122", "issued must be a day, YYYY-MM-DD, not '20261122'"),
            ("EGOVKG_VERSION", "", "version must be given, or be left out, not ''"),
            ("EGOVKG_OUT", "", "out must be given, or be left out, not ''"),
            ("EGOVKG_BESIDE", "kr-iso ../x", f"beside must be {BESIDE}, not '../x'"),
            ("EGOVKG_BESIDE", "a/b=x.ttl", f"beside must be {BESIDE}, not 'a/b=x.ttl'"),
            ("EGOVKG_BESIDE", "Mine=x.ttl", f"beside must be {BESIDE}, not 'Mine=x.ttl'"),
            ("EGOVKG_BESIDE", "mine=", f"beside must be {BESIDE}, not 'mine='"),
            ("EGOVKG_BESIDE", f"{'a' * 41}=x.ttl", f"beside must be {BESIDE}, not 'aaaa"),
            ("EGOVKG_BESIDE", "a b c d e f g h i", f"beside must be {BESIDE}, not 'a b c"),
            ("EGOVKG_BESIDE", "a=x.ttl a", "beside names 'a' twice; give each data set a name of its own"),
            ("EGOVKG_BESIDE_QUADS", "0", "beside_quads must be from 1 to 1099511627776, not '0'"),
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


class TestTables:
    """Settings that belong together stand in a table of the file."""

    def test_a_table_is_a_prefix(self, tmp_path: Path) -> None:
        """``[engine] url`` and the variable of ``engine_url`` mean the same; the variable wins."""
        (tmp_path / "egov-kg.toml").write_text(
            'port = 0\n[engine]\nurl = "https://store.example/sparql"\nauth = "digest"\n', encoding="utf-8"
        )

        settings, origin = config.load(tmp_path, {"EGOVKG_ENGINE_AUTH": "basic", "EGOVKG_ENGINE_SECRET": "s"})

        assert (settings.engine_url, settings.engine_auth) == ("https://store.example/sparql", "basic")
        assert origin["engine_url"] == str(tmp_path / "egov-kg.toml")
        assert origin["engine_auth"] == "EGOVKG_ENGINE_AUTH"

    def test_an_endpoint_is_listed_by_name_or_with_what_it_may(self, tmp_path: Path) -> None:
        """The list and the tables add up; only what says so may be private."""
        (tmp_path / "egov-kg.toml").write_text(
            '[federation]\nallow = ["https://a.example/sparql"]\nrows = 5\n'
            '[[federation.endpoint]]\nurl = "http://127.0.0.1:7878/query"\nprivate = true\n'
            '[[federation.endpoint]]\nurl = "https://b.example/"\n',
            encoding="utf-8",
        )

        settings, _ = config.load(tmp_path, {})

        assert settings.federation_allow == (
            "https://a.example/sparql",
            "http://127.0.0.1:7878/query",
            "https://b.example/",
        )
        assert settings.federation_private == ("http://127.0.0.1:7878/query",)
        assert settings.federation_rows == 5

    def test_a_list_in_a_variable_has_spaces_between(self, tmp_path: Path) -> None:
        """An address has none."""
        settings, _ = config.load(tmp_path, {"EGOVKG_FEDERATION_ALLOW": "https://a.example/x  https://b.example/y,z"})

        assert settings.federation_allow == ("https://a.example/x", "https://b.example/y,z")

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("[federation]\nalow = []\n", "unknown key 'federation_alow'; did you mean 'federation_allow'?"),
            ('[federation]\nallow = "*"\n', "federation_allow must be a list of addresses"),
            ('[federation]\nallow = ["ftp://a.example/"]\n', "federation_allow must be a list of addresses"),
            ('[federation]\nallow = ["https://me@a.example/"]\n', "federation_allow must be a list of addresses"),
            ('[federation]\nallow = ["https://a.example/#x"]\n', "federation_allow must be a list of addresses"),
            ("[federation]\nendpoint = 1\n", "an endpoint is a table"),
            ("[[federation.endpoint]]\nprivate = true\n", "[[federation.endpoint]] needs url"),
            (
                '[[federation.endpoint]]\nurl = "https://a.example/"\nprivate = "yes"\n',
                "private of https://a.example/ must be true or false, not 'yes'",
            ),
            ('[[federation.endpoint]]\nurl = "https://a.example/"\nsilent = 1\n', "unknown key 'silent'"),
            ("[federation]\nrows = 0\n", "federation_rows must be from 1 to 10000000, not 0"),
            ('[engine]\nauth = "kerberos"\n', "engine_auth must be none or basic or digest or bearer"),
            (
                '[engine]\nsecret = "x"\n',
                "the secret of a store stands in no file; set the variable EGOVKG_ENGINE_SECRET",
            ),
            ('[engine]\nurl = "localhost:7878"\n', "engine_url must be an address that begins with http://"),
            ("engine = 1\n", "unknown key 'engine'"),
            ("[motor]\nurl = 1\n", "unknown key 'motor'"),
        ],
    )
    def test_a_table_that_is_wrong(self, tmp_path: Path, content: str, said: str) -> None:
        """The sentence names the file and what stands there."""
        (tmp_path / "egov-kg.toml").write_text(content, encoding="utf-8")

        with pytest.raises(ConfigurationError) as caught:
            config.load(tmp_path, {})

        assert said in str(caught.value)
        assert str(caught.value).startswith(f"{tmp_path / 'egov-kg.toml'}: ")
