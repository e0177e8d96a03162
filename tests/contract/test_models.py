"""Language models, account and balance on the wire."""

import json

from studio.contract import wire
from studio.contract.models import Account, Balance, Model, ModelList, TokenBalance


def test_a_model_shows_only_what_is_known() -> None:
    data = json.loads(
        wire.encode(ModelList([Model(id="m", owned_by="studio"), Model(id="n", alias_of="m", tools="native")]))
    )
    assert data["object"] == "list"
    assert data["data"][0] == {"id": "m", "created": 0, "owned_by": "studio", "object": "model"}
    assert data["data"][1]["alias_of"] == "m"
    assert data["data"][1]["tools"] == "native"


def test_models_of_other_servers_are_read() -> None:
    listed = wire.parse(ModelList, b'{"object":"list","data":[{"id":"a/b","object":"model","permission":[]}]}')
    assert listed.data[0].id == "a/b"


def test_account_and_balance_use_camel_case() -> None:
    shown = json.loads(wire.encode(Account("ada", wallet_address="0x")))
    assert {
        "username": "ada",
        "currentEmail": None,
        "walletAddress": "0x",
        "discord2FA": False,
    }.items() <= shown.items()
    token = TokenBalance("1", "2", "3", "4", premium_credit="5")
    assert json.loads(wire.encode(Balance(token, token)))["spark"]["premiumCredit"] == "5"
    assert wire.parse(Balance, wire.encode(Balance(token, token))).sogni == token
