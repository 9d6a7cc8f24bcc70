"""The edge of a request: membership, scope, rollback, language and time zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from tenants.middleware import TenantMiddleware, UserLanguageMiddleware
from tenants.models import Membership, Organisation, Person, User
from tenants.scope import NoTenant, current_organisation_id
from tests import factories

pytestmark = pytest.mark.django_db
Answer = Callable[[HttpRequest], HttpResponse]


class Nobody:
    is_authenticated = False


def ask(path: str, user: Any, answer: Answer, **headers: str) -> Any:
    """Send one request through the middleware to `answer`."""
    request = RequestFactory(headers=headers).get(path)
    request.user = user
    return TenantMiddleware(answer)(request)


def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def organisation_in_force(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(current_organisation_id()))


def test_a_member_is_in_the_scope_of_the_address(alice: Membership) -> None:
    response = ask("/o/atelier/", alice.user, organisation_in_force)

    assert response.content.decode() == str(alice.organisation_id)


def test_the_view_knows_the_organisation_and_the_role(bob: Membership) -> None:
    def answer(request: Any) -> HttpResponse:
        return HttpResponse(f"{request.organisation.slug} {request.membership.role}")

    assert ask("/o/atelier/teams/", bob.user, answer).content == b"atelier manager"


def test_a_query_that_no_database_could_read_is_refused(alice: Membership) -> None:
    answer = factories.client_of(alice).get("/o/atelier/people/?q=%00")

    assert answer.status_code == 400


def test_a_stranger_finds_nothing(atelier: Organisation) -> None:
    with pytest.raises(Http404):
        ask("/o/atelier/", factories.stranger(), ok)


def test_a_member_of_another_organisation_finds_nothing(atelier: Organisation, eve: Membership) -> None:
    with pytest.raises(Http404):
        ask("/o/atelier/", eve.user, ok)


@pytest.mark.parametrize("slug", ["nowhere", "ATELIER", "atelier%20", ""])
def test_an_unknown_address_finds_nothing(alice: Membership, slug: str) -> None:
    with pytest.raises(Http404):
        ask(f"/o/{slug}/", alice.user, ok)


def test_a_member_who_was_deactivated_finds_nothing(alice: Membership) -> None:
    Membership.objects.filter(id=alice.id).update(is_active=False)

    with pytest.raises(Http404):
        ask("/o/atelier/", alice.user, ok)


def test_an_organisation_that_left_is_not_found(alice: Membership) -> None:
    Organisation.objects.update(is_active=False)

    with pytest.raises(Http404):
        ask("/o/atelier/", alice.user, ok)


def test_nobody_is_sent_to_sign_in_and_back(atelier: Organisation) -> None:
    response = ask("/o/atelier/teams/?page=2", Nobody(), ok)

    assert response.status_code == 302
    assert response["Location"].endswith("?next=/o/atelier/teams/%3Fpage%3D2")


def test_a_person_in_two_organisations_is_in_the_one_of_the_address(
    alice: Membership, rival: Organisation
) -> None:
    Membership.objects.create(organisation=rival, user=alice.user, role="rep")

    assert ask("/o/rival/", alice.user, organisation_in_force).content.decode() == str(rival.id)
    assert ask("/o/atelier/", alice.user, organisation_in_force).content.decode() == str(
        alice.organisation_id
    )


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (302, 1), (400, 0), (404, 0), (422, 0), (500, 0)])
def test_an_answer_of_400_and_above_leaves_nothing_behind(alice: Membership, status: int, kept: int) -> None:
    def answer(request: Any) -> HttpResponse:
        factories.person(request.organisation)
        return HttpResponse(status=status)

    ask(f"/o/{alice.organisation.slug}/", alice.user, answer)

    with factories.scope_of(alice.organisation):
        assert Person.objects.count() == kept


def test_a_view_that_fails_leaves_nothing_behind(alice: Membership) -> None:
    def answer(request: Any) -> HttpResponse:
        factories.person(request.organisation)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask("/o/atelier/", alice.user, answer)

    with factories.scope_of(alice.organisation):
        assert Person.objects.count() == 0


def test_an_address_of_no_organisation_is_in_no_scope(alice: Membership) -> None:
    with pytest.raises(NoTenant):
        ask("/organisations/", alice.user, organisation_in_force)


def test_times_are_those_of_the_organisation(alice: Membership) -> None:
    Organisation.objects.update(time_zone="Asia/Kolkata")

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(timezone.get_current_timezone_name())

    assert ask("/o/atelier/", alice.user, answer).content == b"Asia/Kolkata"
    assert timezone.get_current_timezone_name() == "UTC"


# The API -----------------------------------------------------------------------------------------------------


def test_a_key_is_in_the_scope_of_its_organisation(atelier: Organisation) -> None:
    token = factories.api_key(atelier)[1]

    response = ask("/api/v1/x", Nobody(), organisation_in_force, Authorization=f"Bearer {token}")

    assert response.content.decode() == str(atelier.id)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer nothing", "Bearer bsl_a_b", "Basic {token}", "Bearer {token}x", "bearer {token}"],
)
def test_without_a_right_key_there_is_no_scope(atelier: Organisation, header: str) -> None:
    token = factories.api_key(atelier)[1]

    with pytest.raises(NoTenant):
        ask("/api/v1/x", Nobody(), organisation_in_force, Authorization=header.format(token=token))


def test_a_signed_in_person_is_nobody_to_the_api(alice: Membership) -> None:
    client = Client()
    client.force_login(alice.user)

    assert client.get("/api/v1/organisation").status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"revoked_at": factories.NOON}, id="revoked"),
        pytest.param({"expires_at": factories.NOON}, id="expired"),
    ],
)
def test_a_key_that_is_over_opens_nothing(atelier: Organisation, change: dict[str, Any]) -> None:
    key, token = factories.api_key(atelier)
    type(key).objects.filter(id=key.id).update(**change)

    with pytest.raises(NoTenant):
        ask("/api/v1/x", Nobody(), organisation_in_force, Authorization=f"Bearer {token}")


def test_a_key_of_an_organisation_that_left_opens_nothing(atelier: Organisation) -> None:
    token = factories.api_key(atelier)[1]
    Organisation.objects.update(is_active=False)

    with pytest.raises(NoTenant):
        ask("/api/v1/x", Nobody(), organisation_in_force, Authorization=f"Bearer {token}")


# Language ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _same_language() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.usefixtures("_same_language")
def test_a_person_reads_in_their_own_language(language: str) -> None:
    request = RequestFactory().get("/")
    request.user = User(language=language)
    read: list[str | None] = []

    def answer(request: HttpRequest) -> HttpResponse:
        read.append(translation.get_language())
        return HttpResponse()

    UserLanguageMiddleware(answer)(request)

    assert read == [language]
