// Package stack gives the main goroutine a stack that an applet fits in.
//
// A goroutine begins with a few kilobytes and doubles them whenever a call does
// not fit: a new piece of memory, the frames copied, and for each frame a look
// into tables that lie all over the binary. A short command pays three or four of
// these, more for the pages that it touches than for the copies. Here the stack
// grows once, when there are three frames on it.
//
// Package early imports this one, and that has to be initialised before any other
// that needs more stack: it imports nothing, and its path is less than those of
// the standard library's packages that do.
package stack

// size is what the deepest of the usual commands take, and so much that the
// runtime makes the stack of pages of its own, which are touched one by one.
const size = 24 << 10

func init() { grow(false) }

// grow makes room for its frame, which it does not use.
//
//go:noinline
func grow(use bool) {
	if use {
		var frame [size]byte
		touch(&frame)
	}
}

//go:noinline
func touch(b *[size]byte) { b[size-1]++ }
