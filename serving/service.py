"""The BentoML service: wires settings, moderation core and API together and holds no rule of its own.

make serve                              on loopback, with the bundled artefact
bentoml serve serving.service:HierNiet  the same by hand; on loopback too, as long as there are no keys
"""

import gc
import os

# BentoML reads this at import; a municipality's moderation server reports its use to nobody.
os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")

import bentoml
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from serving.adapters.openai import openai_routes
from serving.adapters.openai_schemas import openai_described
from serving.adapters.perspective import attributes_of, perspective_routes
from serving.adapters.perspective_schemas import perspective_described
from serving.keys import KeysError
from serving.logs import log_to_stderr
from serving.moderation.errors import ModerationError
from serving.moderation.moderator import load_moderator
from serving.policies import Policies
from serving.settings import Settings, SettingsError, read_settings
from serving.web.access import Access
from serving.web.api import Api, scoring_api
from serving.web.metrics import new_metrics
from serving.web.report import report_route
from serving.web.scoring import Scorer


def _checked_settings() -> Settings:
    """Settings whose artefact, taxonomy, policies and keys are whole and fit each other, or no start at all.

    Checked when BentoML imports this module, before it starts workers: a worker that fails in its constructor would
    be started again and again, and its sentence would drown in tracebacks.
    """
    try:
        settings = read_settings()
        moderator = load_moderator(settings.taxonomy, settings.artefact, settings.policy)
        Policies(settings.policy, settings.policies, moderator.taxonomy, moderator.artefact)
        Access(settings.keys)
    except (ModerationError, SettingsError, KeysError) as error:
        raise SystemExit(f"hierniet: {error}") from None
    return settings


SETTINGS = _checked_settings()
log_to_stderr()


class _Mount:
    """The place in BentoML's server where the API goes once a worker has loaded its model."""

    app: Starlette

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


MOUNT = _Mount()


@bentoml.service(
    name="hierniet",
    workers=1,
    http={"host": "127.0.0.1"},
    # Both save large stalls and half the time of a request: BentoML keeps every request's context for the whole
    # timeout, and traces each one even when nothing collects traces.
    traffic={"timeout": 10},
    tracing={"excluded_urls": ".*"},
    # Both would repeat the path of a call, which is the caller's own text; what stands instead is in serving.web.
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
)
@bentoml.asgi_app(MOUNT, path="/")
class HierNiet:
    """Scores comments into the Hier Niet house rules and says what to do with them."""

    def __init__(self) -> None:
        moderator = load_moderator(SETTINGS.taxonomy, SETTINGS.artefact, SETTINGS.policy)
        policies = Policies(SETTINGS.policy, SETTINGS.policies, moderator.taxonomy, moderator.artefact)
        self.scorer = Scorer(moderator, SETTINGS.threads)
        api = Api(moderator, policies, self.scorer, Access(SETTINGS.keys), new_metrics(moderator.artefact.id))
        routes = [*openai_routes(api), *perspective_routes(api), report_route(SETTINGS.report / "site")]
        described = [openai_described(), perspective_described(attributes_of(moderator.taxonomy))]
        MOUNT.app = scoring_api(api, routes, described)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)

    @bentoml.on_shutdown
    def finish(self) -> None:
        self.scorer.close()
