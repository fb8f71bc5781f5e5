"""A token is made and a call tried with it, in a browser that keeps to the page's policy."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
]


def test_a_token_is_made_and_tried(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto("/admin/pipeline/apitoken/add/")
    page.get_by_label("Name:").fill("conform")
    page.get_by_role("button", name="Make the token").click()
    token = page.get_by_label("API token").input_value()

    page.get_by_role("link", name="Try the API").click()
    page.locator("button.authorize").first.click()
    page.locator(".auth-container input").fill(token)
    page.locator(".auth-btn-wrapper button.authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()
    page.get_by_role("button", name="GET /api/v1/projects List").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    assert complaints == []
