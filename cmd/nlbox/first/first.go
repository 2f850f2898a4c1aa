// Package first sets the runtime up for a command that is over in a millisecond,
// before any other package is initialised.
//
// One processor is enough for an applet, and dearer are two: whatever starts a
// goroutine wakes or makes a thread to look for work, and when the main goroutine
// comes back on another processor, it begins anew with that one's empty caches of
// memory. A verb takes all processors back: Widen.
//
// A goroutine begins with a few kilobytes of stack and doubles them whenever a
// call does not fit: a new piece of memory, the frames copied, and for each frame
// a look into tables that lie all over the binary. A short command pays three or
// four of these, more for the pages that it touches than for the copies. Here the
// stack grows once, when there are three frames on it.
//
// Package early imports this one. Its path is less than those of the standard
// library's packages that have a costly initialisation, and it imports nothing
// but the runtime, so that it comes before them.
package first

import "runtime"

// stackSize is what the deepest of the usual commands take, and so much that the
// runtime makes the stack of pages of its own, which are touched one by one.
const stackSize = 24 << 10

func init() {
	grow(false)
	runtime.GOMAXPROCS(1)
}

// Widen lets goroutines run side by side again.
func Widen() { runtime.SetDefaultGOMAXPROCS() }

// grow makes room for its frame, which it does not use.
//
//go:noinline
func grow(use bool) {
	if use {
		var frame [stackSize]byte
		touch(&frame)
	}
}

//go:noinline
func touch(b *[stackSize]byte) { b[stackSize-1]++ }
