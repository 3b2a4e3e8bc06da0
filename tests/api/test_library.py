from __future__ import annotations

import httpx

from nijigen.library import Library


def test_suggestions_for_a_search_field(client: httpx.Client) -> None:
    address = "/api/library/suggestions"
    found = client.get(address, params={"query": "1girl rat"}).json()
    assert found[0] | {"text": ""} == {
        "text": "", "start": 6, "end": 9, "category": None, "count": None, "alias": None,
    }  # fmt: skip
    with Library(writing=True) as library:
        library.tags.save("cats", "cat")
    found = client.get(address, params={"query": "search: 1girl", "cursor": 7}).json()
    assert [one["text"] for one in found] == ["cats"]
    assert client.get(address).status_code == 422
    assert client.get(address, params={"query": "a" * 3000}).status_code == 422
