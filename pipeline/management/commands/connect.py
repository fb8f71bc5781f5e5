"""`manage.py connect`: log in to Frame.io from a shell, or set up with a sandbox."""

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from pipeline.integrations import frameio_accounts
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_projects import remote_projects
from pipeline.management.command import PostFlowCommand, as_command
from pipeline.models import NamingRule, Project

EPILOG = """\
Without --sandbox it prints Adobe's login address. Open it in any browser, log in, and paste the
address at which the browser ends up (the page itself need not load). A server with a public HTTPS
address does not need this: use the Connect button in the admin.
"""
RULE = "{project}<_{scene}>_{shot}_{task}_v{version}.{ext}"
FOLDERS = "<{scene}/>{shot}/{task}"


class Command(PostFlowCommand):
    help = "Connect a Frame.io account."
    epilog = EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sandbox",
            metavar="URL",
            help="log in to the sandbox at URL by itself, and make a project that goes there",
        )
        parser.add_argument(
            "--project", metavar="CODE", default="DEMO", help="its code, with --sandbox [DEMO]"
        )

    def handle(self, *, sandbox: str | None, project: str, **_options: object) -> None:
        try:
            with as_command("connect"):
                if sandbox:
                    self._sandbox(sandbox.rstrip("/"), project)
                else:
                    self._by_hand()
        except IntegrationError as error:
            raise CommandError(str(error)) from error

    def _sandbox(self, url: str, code: str) -> None:
        account = frameio_accounts.sandbox_login(url)
        (remote_id, label), *_others = remote_projects(account.pk)
        name = label.rsplit(" / ", 1)[-1]
        joined = {
            "frameio_account": account.pk,
            "frameio_project_id": remote_id,
            "frameio_project_name": name,
        }
        Project.objects.update_or_create(
            code=code, defaults=joined, create_defaults={"name": name, **joined}
        )
        if not NamingRule.objects.exists():
            NamingRule.objects.create(name="Shots", template=RULE, folder_template=FOLDERS)
        self.stdout.write(_("Connected to the sandbox as %(who)s.") % {"who": account.label})
        self.stdout.write(
            _("Project %(code)s goes to %(label)s. A name that fits: %(name)s")
            % {"code": code, "label": label, "name": f"{code}_010_0040_comp_v001.mov"}
        )

    def _by_hand(self) -> None:
        login = frameio_accounts.begin_login()
        self.stdout.write(_("Open this address in a browser and log in:"))
        self.stdout.write(f"\n{login.address}\n\n")
        self.stdout.write(
            _("You end up at %(uri)s?code=... Paste that address here:")
            % {"uri": login.redirect_uri}
        )
        try:
            pasted = input("> ")
        except EOFError as error:
            raise CommandError(_("No address was pasted. Run it again.")) from error
        account = frameio_accounts.finish_login(login, pasted)
        self.stdout.write(_("Connected as %(who)s.") % {"who": account.label})
        self.stdout.write(_("Now choose the Frame.io project on the project's page in the admin."))
