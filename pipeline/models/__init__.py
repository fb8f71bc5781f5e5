"""What PostFlow remembers. `UploadJob.state` is written by `pipeline.jobs` alone."""

from pipeline.channels import Card, CardFile, Change, Channel, Incident, Shot
from pipeline.models.deliveries import Delivery
from pipeline.models.files import SourceFile
from pipeline.models.folders import IGNORE_PATTERNS, MEDIA_EXTENSIONS, WatchedFolder
from pipeline.models.machines import Node, Watcher
from pipeline.models.projects import LONGEST_FRAMEIO_NAME, Project, default_integrations
from pipeline.models.review import ReviewComment, ReviewLink
from pipeline.models.revisions import Revision
from pipeline.models.rules import NamingRule
from pipeline.models.thumbnails import Thumbnail
from pipeline.models.tokens import ApiToken
from pipeline.models.upkeep import Chore, HealthFinding, Tally
from pipeline.models.uploads import JobEvent, UploadJob
from pipeline.studio import MountPath, Studio, UploadWindow

__all__ = [
    "IGNORE_PATTERNS",
    "LONGEST_FRAMEIO_NAME",
    "MEDIA_EXTENSIONS",
    "ApiToken",
    "Card",
    "CardFile",
    "Change",
    "Channel",
    "Chore",
    "Delivery",
    "HealthFinding",
    "Incident",
    "JobEvent",
    "MountPath",
    "NamingRule",
    "Node",
    "Project",
    "ReviewComment",
    "ReviewLink",
    "Revision",
    "Shot",
    "SourceFile",
    "Studio",
    "Tally",
    "Thumbnail",
    "UploadJob",
    "UploadWindow",
    "WatchedFolder",
    "Watcher",
    "default_integrations",
]
