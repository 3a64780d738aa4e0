"""What strangers may send: newsletter subscriptions and job applications.

Nothing of it shows up in the account.
"""

from __future__ import annotations

from pipelines.simulator.request import not_found
from pipelines.simulator.world import Row, World
from pipelines.simulator.writes.body import Body
from pipelines.simulator.writes.change import Parameters, accept, handlers
from pipelines.simulator.writes.mail import check_address, open_mail, post_mail
from pipelines.simulator.writes.rows import private


def subscribe(world: World, body: Body, _parameters: Parameters) -> None:
    """A mail that asks for confirmation; raises Refusal 422 for what is no address."""
    check_address(world, body, "email")
    post_mail(world, "newsletter", body["email"])


def confirm_subscription(world: World, body: Body, _parameters: Parameters) -> None:
    """Uses up the token of a subscription; raises Refusal 404."""
    open_mail(world, body["token"], not_found(), "newsletter")


def apply_for_job(world: World, _body: Body, parameters: Parameters) -> Row:
    """A new application for a vacancy; raises Refusal 404."""
    world.find("jobs", id=parameters["jobId"])
    application = {"id": world.next_id("applications"), "@jobId": parameters["jobId"], "@files": []}
    private(world, "applications").append(application)
    return application


def attach_to_application(world: World, body: Body, parameters: Parameters) -> Row:
    """One more file for an application; raises Refusal 404."""
    for application in private(world, "applications"):
        if (application["@jobId"], str(application["id"])) == (parameters["jobId"], parameters["solicitId"]):
            application["@files"].append(body["name"])
            return application
    raise not_found()


WRITES = handlers(
    subscribe_newsletter=subscribe,
    confirm_newsletter=confirm_subscription,
    unsubscribe_newsletter=accept,
    create_job_application=apply_for_job,
    upload_job_application_file=attach_to_application,
)
