package applet

import "testing"

func TestBuffers(t *testing.T) {
	var none *Buffers
	none.Put(make([]byte, 8))
	if b := none.Get(8); len(b) != 8 {
		t.Errorf("a nil *Buffers made %d bytes", len(b))
	}

	b := new(Buffers)
	first := b.Get(8)
	b.Put(first)
	b.Put(nil)
	if again := b.Get(8); &again[0] != &first[0] {
		t.Error("a buffer that was put back is not used again")
	}
	b.Put(first)
	if other := b.Get(16); len(other) != 16 {
		t.Errorf("asked for 16 bytes, got %d", len(other))
	}
	for range 3 * keep {
		b.Put(make([]byte, 8))
	}
	if len(b.free) != keep {
		t.Errorf("%d buffers are kept", len(b.free))
	}
}
