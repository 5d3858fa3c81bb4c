// Nothing is called from here: the library is preloaded into a program. See recorder.c.
