"""Tests of the names of methods: what people would choose, unique and stable."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from clientcast import ir
from clientcast.bind.method_names import name_methods
from clientcast.bind.names import use_naming
from clientcast.bind.resources import ResourceNode, method_paths, resource_tree
from clientcast.bind.unique_names import Candidates, shortest_unique_names
from clientcast.conventions import Naming
from hypothesis import example, given, settings
from hypothesis import strategies as st


@dataclass(frozen=True)
class Request:
    """An operation of a document, as far as names depend on it."""

    method: str
    path: str
    tag: str = ""
    id: str = ""
    name: str = ""

    @property
    def operation(self) -> ir.Operation:
        return ir.Operation(
            pointer=f"{self.path} {self.method}",
            id=self.id,
            method=self.method,
            path=self.path,
            resource=self.tag,
            name=self.name,
            variant="",
            text=ir.Documentation("", ""),
            deprecated=False,
            parameters=(),
            body=None,
            alternative_bodies=(),
            responses=(),
            success=ir.Success(),
            alternatives=(),
            stream=None,
            security=(),
            paging=None,
            polling=None,
            retry_safe=False,
            server="",
        )


def names_of(
    requests: Sequence[Request], naming: Naming = "short"
) -> dict[Request, str]:
    """Return the dotted name of each operation."""
    root = ResourceNode(())
    tree = resource_tree(_Api(tuple(r.operation for r in requests)))  # type: ignore[arg-type]
    root.children.update(tree.children)
    with use_naming(naming):
        paths = method_paths(root, name_methods(root)[0])
    return {r: ".".join(paths[r.operation.pointer]) for r in requests}


@dataclass(frozen=True)
class _Api:
    operations: tuple[ir.Operation, ...]


def name_of(request: Request) -> str:
    return names_of([request])[request]


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        # FastAPI: function, path and method
        (Request("GET", "/items", "items", "list_items_items_get"), "items.list"),
        (
            Request("GET", "/items/{item_id}", "", "read_item_items__item_id__get"),
            "items.read",
        ),
        # the resource, before and after the verb, in singular and plural
        (Request("GET", "/s", "shipments", "list_shipments"), "shipments.list"),
        (Request("GET", "/users", "users", "users_list"), "users.list"),
        (Request("GET", "/x", "users", "UsersController_findAll"), "users.find_all"),
        (Request("GET", "/x", "users", "users.list"), "users.list"),
        (Request("GET", "/x", "users", "UserList"), "users.list"),
        (Request("GET", "/x", "buckets", "storage.buckets.list"), "buckets.list"),
        (Request("GET", "/x", "repos", "repos/list-for-org"), "repos.list_for_org"),
        (Request("GET", "/u/{id}", "users", "getUserById"), "users.get_by_id"),
        (Request("GET", "/u/{id}/roles", "users", "getUserRoles"), "users.get_roles"),
        (Request("PUT", "/x", "groups", "addUserToGroup"), "groups.add_user"),
        (Request("PUT", "/x", "shelves", "addBookToShelf"), "shelves.add_book"),
        (Request("DELETE", "/analyses/{id}", "analyses", ""), "analyses.delete"),
        (Request("DELETE", "/x/analyses/{id}", "x", ""), "x.delete_analysis"),
        (Request("GET", "/x", "Pet Stores", "getPetStore"), "pet_stores.get"),
        (Request("GET", "/x", "categories", "updateCategory"), "categories.update"),
        (Request("GET", "/x", "users", "getAllUsers"), "users.list_all"),
        (
            Request("GET", "/x", "repository", "repoCreateBranch"),
            "repository.create_branch",
        ),
        # what would be read as something else is kept
        (
            Request("GET", "/x", "profiles", "getUserProfile"),
            "profiles.get_user_profile",
        ),
        (
            Request("POST", "/x", "users", "createUserAndGroup"),
            "users.create_user_and_group",
        ),
        (Request("GET", "/x", "users", "userById"), "users.user_by_id"),
        (Request("POST", "/search", "", "search"), "search.search"),
        # a verb that is no more than GET, for a list
        (Request("GET", "/users", "users", "getUsers"), "users.list"),
        (Request("GET", "/settings", "settings", "getSettings"), "settings.get"),
        (Request("GET", "/users/{ids}", "users", "getUsers"), "users.get"),
        # acronyms
        (Request("GET", "/x", "Net", "listVPCs"), "net.list_vpcs"),
        (Request("GET", "/x", "Net", "getIPv4Ranges"), "net.get_ipv4_ranges"),
        # method and path
        (Request("GET", "/v1/users"), "users.list"),
        (Request("POST", "/v1/users"), "users.create"),
        (Request("GET", "/users/{id}"), "users.get"),
        (Request("PUT", "/users/{id}"), "users.replace"),
        (Request("PATCH", "/users/{id}"), "users.update"),
        (Request("DELETE", "/users/{id}"), "users.delete"),
        (Request("GET", "/users/{id}/roles"), "users.list_roles"),
        (Request("POST", "/users/{id}/roles"), "users.create_role"),
        (Request("DELETE", "/users/{id}/roles/{role}"), "users.delete_role"),
        (Request("POST", "/orders/{id}/cancel"), "orders.cancel"),
        (Request("POST", "/orders/{id}:undelete"), "orders.undelete"),
        (Request("GET", "/health"), "health.get"),
        (Request("PATCH", "/x/{linkId}", "x", "patch-x-linkId"), "x.update"),
        # other scripts
        (Request("GET", "/x", "数据", "获取"), "shu_ju.huo_qu"),
        (Request("GET", "/v1/users", "", "!"), "users.list"),
        # as the document has it
        (Request("GET", "/x", "users", "listUsers", "list_users"), "users.list_users"),
    ],
)
def test_method_has_the_name_that_people_would_choose(
    request_: Request, name: str
) -> None:
    assert name_of(request_) == name


def test_operations_that_would_share_a_name_have_longer_ones() -> None:
    requests = [
        Request("GET", "/users/{id}", "users", "readUser"),
        Request("GET", "/users/x/{id}", "users", "read_users"),
        Request("DELETE", "/users/{id}", "users", "deleteUser"),
        Request("GET", "/a", "users", "find"),
        Request("GET", "/b", "users", "findUser"),
    ]
    assert list(names_of(requests).values()) == [
        "users.read_user",
        "users.read_users",
        "users.delete",
        "users.find",
        "users.find_user",
    ]


def test_name_is_at_most_40_characters_unless_the_document_has_it() -> None:
    phrase = "findActiveSubscriptionsForUserAndOrganizationByDate"
    assert name_of(Request("GET", "/x", "a", phrase)) == (
        "a.find_active_subscriptions_for_user"
    )
    unsaid = "readNamespacedReplicationControllerStatusAndMore"
    assert name_of(Request("GET", "/a/{b}/status", "a", f"{unsaid}"[:-7])) == (
        "a.get_status"
    )
    assert len(name_of(Request("GET", "/x" + "/long-segment" * 9, "y"))) <= 42
    word = "AlphaBetaGammaDeltaEpsilonZetaEtaThetaIota"
    own = name_of(Request("GET", f"/{word}", "x", word))
    assert own == "x.alpha_beta_gamma_delta_epsilon_zeta_eta_theta_iota"


def test_naming_by_operation_id_keeps_all_words() -> None:
    requests = [
        Request("GET", "/items", "items", "list_items_items_get"),
        Request("GET", "/oauth", "items", "getOAuth2URLs"),
        Request("GET", "/items/{id}", "items"),
    ]
    assert list(names_of(requests, "operation-id").values()) == [
        "items.list_items_items_get",
        "items.get_o_auth2_ur_ls",
        "items.get_items_id",
    ]


_VERBS = ("list", "get", "create", "find", "delete", "update", "")
_NOUNS = ("User", "Users", "Role", "UserRole", "Roles", "", "ById")
_PATHS = (
    "/users",
    "/users/{id}",
    "/users/{id}/roles",
    "/roles",
    "/users/search",
    "/v1/users",
)
requests_ = st.builds(
    Request,
    st.sampled_from(("GET", "POST", "PUT", "DELETE")),
    st.sampled_from(_PATHS),
    st.sampled_from(("users", "roles", "")),
    st.one_of(
        st.builds(str.__add__, st.sampled_from(_VERBS), st.sampled_from(_NOUNS)),
        st.sampled_from(("list_users_users_get", "users.list", "users_list", "List")),
    ),
    st.sampled_from(("", "", "", "list")),
)
documents = st.lists(
    requests_, max_size=12, unique_by=lambda request: (request.path, request.method)
)


@settings(deadline=None)
@given(documents, requests_, st.randoms(use_true_random=False))
@example(
    [Request("GET", "/users", "users", "listUsers")],
    Request("GET", "/users/{id}", "users", "list_user"),
    random.Random(1),
)
def test_another_operation_renames_none_of_other_resources(
    document: list[Request], added: Request, order: random.Random
) -> None:
    if any((r.path, r.method) == (added.path, added.method) for r in document):
        return
    before = names_of(document)
    assert len(set(before.values())) == len(document)
    shuffled = [*document, added]
    order.shuffle(shuffled)
    after = names_of(shuffled)
    assert len(set(after.values())) == len(shuffled)
    resource = after[added].rpartition(".")[0]
    for request, name in before.items():
        assert after[request] == name or name.rpartition(".")[0] == resource


candidates_ = st.dictionaries(
    st.sampled_from("ABCDEF"),
    st.tuples(
        st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True),
        st.integers(0, 3),
    ).map(
        lambda pair: Candidates(
            [(name,) for name in pair[0]], min(pair[1], len(pair[0]) - 1)
        )
    ),
)


@settings(deadline=None)
@given(candidates_, st.sampled_from("ABCDEF"))
def test_name_changes_only_if_another_wants_it(
    candidates: dict[str, Candidates], added: str
) -> None:
    after = shortest_unique_names(candidates)
    before = shortest_unique_names(
        {key: value for key, value in candidates.items() if key != added}
    )
    for key, names in before.items():
        wanted = {
            name
            for other, value in candidates.items()
            if other != key
            for name in value.names[: value.names.index(after[other]) + 1]
        }
        assert after[key] == names or names in wanted
    assert after == shortest_unique_names(dict(reversed(candidates.items())))


@settings(deadline=None)
@given(documents, st.randoms(use_true_random=False))
def test_order_of_operations_changes_no_name(
    document: list[Request], order: random.Random
) -> None:
    shuffled = [*document]
    order.shuffle(shuffled)
    assert names_of(shuffled) == names_of(document)
