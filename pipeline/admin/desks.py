"""Every table that has a page; imported once all models are there."""

from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, User

from pipeline.admin.attempts import AttemptDesk
from pipeline.admin.channels import ChannelDesk
from pipeline.admin.control import MountPathDesk, StudioDesk, UploadWindowDesk
from pipeline.admin.folders import WatchedFolderDesk
from pipeline.admin.jobs import UploadJobDesk
from pipeline.admin.links import ReviewLinkDesk
from pipeline.admin.nodes import NodeDesk
from pipeline.admin.people import GroupDesk, PeopleDesk
from pipeline.admin.projects import ProjectDesk
from pipeline.admin.revisions import RevisionDesk
from pipeline.admin.rules import NamingRuleDesk
from pipeline.admin.shots import ShotDesk
from pipeline.admin.sources import SourceFileDesk
from pipeline.admin.tokens import ApiTokenDesk
from pipeline.channels import Channel, Shot
from pipeline.models import (
    ApiToken,
    NamingRule,
    Node,
    Project,
    ReviewLink,
    Revision,
    SourceFile,
    UploadJob,
    WatchedFolder,
)
from pipeline.studio import MountPath, Studio, UploadWindow

admin.site.register(UploadJob, UploadJobDesk)
admin.site.register(SourceFile, SourceFileDesk)
admin.site.register(ReviewLink, ReviewLinkDesk)
admin.site.register(Channel, ChannelDesk)
admin.site.register(Shot, ShotDesk)
admin.site.register(Project, ProjectDesk)
admin.site.register(NamingRule, NamingRuleDesk)
admin.site.register(WatchedFolder, WatchedFolderDesk)
admin.site.register(ApiToken, ApiTokenDesk)
admin.site.register(UploadWindow, UploadWindowDesk)
admin.site.register(Studio, StudioDesk)
admin.site.register(Node, NodeDesk)
admin.site.register(MountPath, MountPathDesk)

admin.site.unregister([User, Group])  # Django's own pages of them
admin.site.register(User, PeopleDesk)
admin.site.register(Group, GroupDesk)
admin.site.register(AccessAttempt, AttemptDesk)
admin.site.register(Revision, RevisionDesk)
