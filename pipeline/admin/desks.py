"""Every table that has a page; imported once all models are there."""

from django.contrib import admin

from pipeline.admin.control import MountPathDesk, StudioDesk, UploadWindowDesk
from pipeline.admin.folders import WatchedFolderDesk
from pipeline.admin.jobs import UploadJobDesk
from pipeline.admin.links import ReviewLinkDesk
from pipeline.admin.nodes import NodeDesk
from pipeline.admin.projects import ProjectDesk
from pipeline.admin.rules import NamingRuleDesk
from pipeline.admin.sources import SourceFileDesk
from pipeline.admin.tokens import ApiTokenDesk
from pipeline.models import (
    ApiToken,
    NamingRule,
    Node,
    Project,
    ReviewLink,
    SourceFile,
    UploadJob,
    WatchedFolder,
)
from pipeline.studio import MountPath, Studio, UploadWindow

admin.site.register(UploadJob, UploadJobDesk)
admin.site.register(SourceFile, SourceFileDesk)
admin.site.register(ReviewLink, ReviewLinkDesk)
admin.site.register(Project, ProjectDesk)
admin.site.register(NamingRule, NamingRuleDesk)
admin.site.register(WatchedFolder, WatchedFolderDesk)
admin.site.register(ApiToken, ApiTokenDesk)
admin.site.register(UploadWindow, UploadWindowDesk)
admin.site.register(Studio, StudioDesk)
admin.site.register(Node, NodeDesk)
admin.site.register(MountPath, MountPathDesk)
