"""Arguments of a client that fetches OAuth 2.0 tokens."""

from collections.abc import Mapping

from msgspec import Struct

from clientcast import ir
from clientcast.bind import runtime
from clientcast.code import Arguments, Call, Expression, Name
from clientcast.view import ASYNC, SYNC, ConstructorParameter

_NAMES = ("client_id", "client_secret", "refresh_token", "token_url", "token_options")


class OAuthArguments(Struct, frozen=True):
    """The arguments of one security scheme.

    Attributes:
        scheme: The scheme.
        prefix: The prefix of their names.
        names: The name of each argument by the name without prefix.
    """

    scheme: ir.SecurityScheme
    prefix: str
    names: Mapping[str, str]

    @property
    def parameters(self) -> tuple[ConstructorParameter, ...]:
        """The parameters of the constructor."""
        return tuple(
            ConstructorParameter(
                self.names[name],
                dict.fromkeys(
                    (SYNC.class_prefix, ASYNC.class_prefix),
                    runtime.TOKEN_OPTIONS.name if name == "token_options" else "str",
                ),
            )
            for name in self.names
        )

    @property
    def texts(self) -> dict[str, str]:
        """The description of each argument."""
        flows = self.scheme.flows
        assert flows is not None
        access_token = f"`{self.scheme.argument}`"
        client_id = f"`{self.names['client_id']}`"
        purpose = (
            f"Used to fetch access tokens, in place of {access_token}. They are kept until"
            " they expire."
            if flows.token_url
            else f"Used to fetch access tokens with `{self.names['refresh_token']}`."
        )
        urls = dict.fromkeys(filter(None, (flows.token_url, flows.refresh_url)))
        default = " or ".join(f"`{url.replace('`', '')}`" for url in urls)
        texts = {
            "client_id": f"The id of your OAuth 2.0 client. {purpose}",
            "client_secret": f"The secret of {client_id}. A public client has none.",
            "refresh_token": (
                f"A refresh token of {client_id}, exchanged for access tokens. If"
                f" {access_token} is given, that is used until the server rejects it."
            ),
            "token_url": (
                f"The URL that tokens are fetched from. The default is {default}; a relative"
                " URL is relative to `base_url`."
            ),
            "token_options": (
                "Options of the token requests: scopes, further parameters, how the client"
                " authenticates, and what stores a new refresh token."
            ),
        }
        if not flows.refresh_url:
            texts["client_secret"] = f"The secret of {client_id}."
        return {name: texts[key] for key, name in self.names.items()}

    def credential(self, flows: Name) -> Expression:
        """Return the expression of the credential.

        Args:
            flows: The constant of the scheme's flows.
        """
        return Call(
            Name(runtime.OAUTH_CREDENTIAL.name),
            Arguments(
                (flows, Name(self.scheme.argument)),
                tuple((key, Name(name)) for key, name in self.names.items()),
            ),
        )


def oauth_arguments(api: ir.Api) -> tuple[OAuthArguments, ...]:
    """Return the arguments of each scheme whose tokens are fetched.

    The arguments of one scheme have no prefix, unless another argument has one of their names.
    Those of several schemes have the name of the scheme's argument as prefix.
    """
    schemes = [scheme for scheme in api.schemes if scheme.flows is not None]
    taken = {scheme.argument for scheme in api.schemes}
    for server in (api.server, *api.named_servers):
        taken |= {v.argument for v in server.variables} if server else set()
    found: list[OAuthArguments] = []
    for scheme in schemes:
        assert scheme.flows is not None
        keys = [k for k in _NAMES if k != "refresh_token" or scheme.flows.refresh_url]
        prefix = f"{scheme.argument}_" if len(schemes) > 1 else ""
        while taken & {f"{prefix}{key}" for key in keys}:
            prefix = f"{scheme.argument}_{prefix}"
        names = {key: f"{prefix}{key}" for key in keys}
        taken.update(names.values())
        found.append(OAuthArguments(scheme, prefix, names))
    return tuple(found)
