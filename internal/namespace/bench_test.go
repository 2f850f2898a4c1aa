package namespace_test

import (
	"testing"

	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
)

// What it costs to run nothing inside of a namespace.
func BenchmarkEnter(b *testing.B) {
	nothing := func() error { return nil }
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"Do", func() error { return namespace.Do("a", nil, nothing) }},
		{"DoNet", func() error { return namespace.DoNet("a", nothing) }},
		{"Thread", func() error { return namespace.Thread(nothing) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			nstest.World(b, func() {
				add(b, "a")
				for b.Loop() {
					if err := c.run(); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// What a thread costs whose caller has not moved, as in a call of its own.
func BenchmarkThread(b *testing.B) {
	for b.Loop() {
		if err := namespace.Thread(func() error { return nil }); err != nil {
			b.Error(err)
		}
	}
}
