"""Where things stand, on this machine or in an object store: the only room that knows there are such stores.

location      a place by its name: a path, or an object or folder of a bucket
objects       listing, reading, writing and removing objects, by pyarrow's file systems
providers     how each provider's store is opened: Amazon's, Google's, Azure's
errors        what may pass and is tried again, what will not, and in which words it is told
obstored      what only obstore can: the write that succeeds only if nobody wrote in between, removing many at once
copies        a remote file as a file of this machine

Nothing heavy is imported before a place turns out to be remote.
"""

from pipeline.storage.copies import (
    cache_of,
    content_of,
    copy_made,
    local_copy,
    size_of_object,
    stamps_of,
    unpacked_copy,
    unpacked_copy_made,
)
from pipeline.storage.errors import UnreachableError
from pipeline.storage.location import Location, LocationError, Place, masked, place_of

__all__ = [
    "Location",
    "LocationError",
    "Place",
    "UnreachableError",
    "cache_of",
    "content_of",
    "copy_made",
    "local_copy",
    "masked",
    "place_of",
    "size_of_object",
    "stamps_of",
    "unpacked_copy",
    "unpacked_copy_made",
]
