"""What errors say, for who reads a task's log: arguments and fields of Airflow, and no secret."""

from __future__ import annotations

from dsocr_integrations.airflow.compat import redact

AIRFLOW_WORDS = {
    "--allow-mixed-engines": "`allow_mixed_engines=True`",
    "(argument, DSOCR_PASSWORD or a password file)": "(a connection named in `password_conn_id`)",
    "--password-file": "`password_conn_id`",
    "--model, or DSOCR_SERVER_MODEL": "`model` in the connection",
    "--engine, DSOCR_SERVER_URL": "host and port of the connection",
    "as the engine, or set DSOCR_SERVER_URL": "as the host of the connection",
    "Set DSOCR_SERVER_API_KEY to a key": "Set the password of the connection to a key",
    "DSOCR_SERVER_DIALECT": "`dialect` in the connection",
    "DSOCR_SERVER_PROFILE": "`profile` in the connection",
    "--model, DSOCR_MODEL_PATH": "`model_path` in the connection",
    "DSOCR_CACHE or --cache": "`cache` in the connection",
    "the same command goes on": "the next try goes on",
    "Check the address, the credentials and the network": "Check the address, the network, and that"
    " `source_conn_id` names a connection with the credentials",
}
"""What messages tell users of the command line to set, and what it is here."""


def told(message: object) -> str:
    """A message in the words of Airflow, with what its masker knows to be secret left out."""
    text = str(message)
    for words, ours in AIRFLOW_WORDS.items():
        text = text.replace(words, ours)
    return str(redact(text))
