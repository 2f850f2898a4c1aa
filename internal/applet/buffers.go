package applet

import "sync"

// Buffers are receive buffers that the calls of one process leave to each other,
// one after the other or side by side. A buffer is large, and a short call would
// leave nothing else to the garbage collector. A nil *Buffers keeps none.
type Buffers struct {
	mu   sync.Mutex
	free [][]byte
}

// keep is how many buffers wait for a call: few calls run at the same time.
const keep = 4

// Get returns a buffer of the size. What is in it is of no meaning.
func (b *Buffers) Get(size int) []byte {
	if b != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		if n := len(b.free); n > 0 && len(b.free[n-1]) == size {
			last := b.free[n-1]
			b.free = b.free[:n-1]
			return last
		}
	}
	return make([]byte, size)
}

// Put takes a buffer back that nobody looks at any more.
func (b *Buffers) Put(buffer []byte) {
	if b == nil || buffer == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.free) < keep {
		b.free = append(b.free, buffer)
	}
}
