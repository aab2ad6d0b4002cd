"""`python -m identity api | worker | topology | … | demo-accounts | mails | grant-role | rotate-keys`."""

from __future__ import annotations

import getpass

import click

from identity.domain.roles import PROFESSIONS, ROLES, Profession, Role
from pijnstad_kit.cli import service_cli

main = service_cli("identity")


@main.command(
    "demo-accounts", help="Make the demo accounts of a development city (password from PIJNSTAD_DEMO_PASSWORD)."
)
def demo_accounts() -> None:
    from identity.usecases.demo import NotHere, make_demo_accounts

    try:
        for email in make_demo_accounts(_ports()):
            click.echo(email)
    except NotHere as refused:
        raise click.ClickException(str(refused)) from None


@main.command("mails", help="Catch the mail of a development city and keep it for its page; nothing is sent on.")
def mails() -> None:
    from identity.bootstrap import build_ports
    from identity.config import Settings
    from identity.mail.catcher import serve
    from pijnstad_kit import logs
    from pijnstad_kit.settings import load

    settings = load(Settings)
    if settings.production or not settings.smtp_listen:
        raise click.ClickException("Mail is caught in development only, at PIJNSTAD_SMTP_LISTEN.")
    logs.configure(settings.service, settings.log_format)
    serve(settings.smtp_listen, settings.listen, build_ports(settings).caught)


@main.command("grant-role", help="Give somebody a role: this is how the first administrator is made.")
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--revoke", is_flag=True, help="take the role instead")
@click.option("--profession", type=click.Choice(PROFESSIONS), help="of a validator")
def grant_role(email: str, role: Role, revoke: bool, profession: Profession | None) -> None:
    from identity.domain.people import NotAnAddress, address
    from identity.errors import NoSuchAccount, ProfessionMissing
    from identity.usecases.roles import change_role_of_address

    try:
        by = f"command by {getpass.getuser()}"
        account = change_role_of_address(address(email).key, role, not revoke, by, _ports(), profession)
    except (NotAnAddress, NoSuchAccount):
        raise click.ClickException(
            "There is no account with this address. Register it first, then repeat this."
        ) from None
    except ProfessionMissing:
        raise click.ClickException("A validator has a profession: add --profession.") from None
    click.echo(f"{email}: {', '.join(account.roles) or 'member'}")


@main.command("rotate-keys", help="Make the next key for ID tokens. It is published at once and signs after a while.")
def rotate_keys() -> None:
    ports = _ports()
    kid = ports.keys.rotate()
    click.echo(
        f"{kid} signs in {ports.settings.signing_key_lead_seconds} seconds. The older keys stay published meanwhile."
    )


def _ports():  # type: ignore[no-untyped-def]
    from identity.bootstrap import build_ports
    from identity.config import Settings
    from pijnstad_kit import logs
    from pijnstad_kit.settings import load

    settings = load(Settings)
    logs.configure(settings.service, "console")
    return build_ports(settings)


if __name__ == "__main__":
    main()
