// cmark-gfm (https://github.com/github/cmark-gfm) with its table, strikethrough, autolink and task list extensions.
#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
