package words

import "testing"

// walk reads a line as the parsers do.
func walk(args []string) (values int) {
	for c := New(args); c.More(); c.Skip() {
		switch {
		case c.Is("via"), c.Is("dev"), c.Prefix("metric"), c.Prefix("table"):
			if _, err := c.Value(); err == nil {
				values++
			}
		}
	}
	return values
}

func line() []string {
	return []string{"192.0.2.0/24", "via", "198.51.100.1", "dev", "eth0", "metric", "100", "table", "main"}
}

func TestWalkCost(t *testing.T) {
	args := line()
	if n := testing.AllocsPerRun(100, func() {
		if walk(args) != 4 {
			t.Fatal("not all values were found")
		}
	}); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}

func BenchmarkWalk(b *testing.B) {
	args := line()
	b.ReportAllocs()
	for b.Loop() {
		walk(args)
	}
}
