"""What people say on Frame.io about the renders that we sent: read, told, and written out."""

from pipeline.review.markers import as_csv, as_edl
from pipeline.review.polling import comments_of_remote, is_due, poll, read_comments

__all__ = ["as_csv", "as_edl", "comments_of_remote", "is_due", "poll", "read_comments"]
