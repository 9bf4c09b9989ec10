"""Why a novel, or a change of one, is refused. A refused change has no effect."""

from __future__ import annotations

from service.errors import Conflict, NotFound


class NovelNotFound(NotFound):
    """The novel does not exist."""

    code = "NOVEL_NOT_FOUND"


class ChapterNotFound(NotFound):
    """The novel does not have this chapter, or the chapter does not have this version."""

    code = "CHAPTER_NOT_FOUND"


class ChapterRunning(Conflict):
    """This chapter is being written. Wait for its end, or cancel it."""

    code = "CHAPTER_RUNNING"


class ChapterChanged(Conflict):
    """The chapter has changed since you read it. Read it again."""

    code = "CHAPTER_CHANGED"
