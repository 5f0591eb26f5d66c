"""Settings: argument before environment before file, and errors that name the culprit."""

from __future__ import annotations

import pytest

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.settings import load_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_the_order_of_precedence(monkeypatch, tmp_path):
    (tmp_path / "dsocr.toml").write_text('mode = "tiny"\nworkers = 3\ndpi = 100\n')
    monkeypatch.setenv("DSOCR_MODE", "small")
    monkeypatch.setenv("DSOCR_WORKERS", "2")
    settings = load_settings(mode="base", workers=None)
    assert (settings.mode, settings.workers, settings.dpi) == ("base", 2, 100)


def test_wrong_values_are_named(monkeypatch):
    monkeypatch.setenv("DSOCR_WORKERS", "-1")
    with pytest.raises(ConfigurationError, match=r"workers.*dsocr\.toml"):
        load_settings()


def test_an_unknown_setting_in_the_file_is_refused(tmp_path):
    (tmp_path / "dsocr.toml").write_text('moode = "tiny"\n')
    with pytest.raises(ConfigurationError, match=r"moode: there is no such.*Known are .* mode,"):
        load_settings()


@pytest.mark.parametrize("content", [b"mode = \n", b'mode = "\xff"\n'])
def test_a_settings_file_that_is_no_toml_is_named(tmp_path, content):
    (tmp_path / "dsocr.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"dsocr\.toml is no TOML"):
        load_settings()


def test_the_password_is_never_shown(tmp_path):
    (tmp_path / "secret").write_text("hunter2\n")
    settings = load_settings(password_file=tmp_path / "secret", server_api_key="sk-1234")
    password = settings.document_password()
    assert password is not None
    assert password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(password)
    assert "sk-1234" not in repr(settings)


def test_a_missing_password_file_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(ConfigurationError, match="DSOCR_PASSWORD_FILE"):
        load_settings(password_file=tmp_path / "none").document_password()


def test_a_password_file_goes_before_a_password_of_a_lower_place(monkeypatch, tmp_path):
    (tmp_path / "dsocr.toml").write_text('password = "of the file"\n')
    (tmp_path / "secret").write_bytes("\ufeffhunter2\r\nnot this".encode())

    def password(under=None, **given):
        return load_settings(under, **given).document_password().get_secret_value()

    assert password() == "of the file"
    monkeypatch.setenv("DSOCR_PASSWORD_FILE", str(tmp_path / "secret"))
    assert password() == "hunter2"
    monkeypatch.setenv("DSOCR_PASSWORD", "of the environment")
    assert password() == "of the environment"
    assert password(password_file=tmp_path / "secret") == "hunter2"
    settings = load_settings(password_file=tmp_path / "secret")
    assert password(settings, mode="small") == "hunter2"
    assert password(settings, password="given") == "given"
    assert password(load_settings(), password_file=tmp_path / "secret") == "hunter2"


def test_a_password_file_that_is_no_text_is_an_error_with_a_remedy(tmp_path):
    (tmp_path / "secret").write_bytes(b"\xff\xfe\x00s")
    with pytest.raises(ConfigurationError, match="first line"):
        load_settings(password_file=tmp_path / "secret").document_password()
