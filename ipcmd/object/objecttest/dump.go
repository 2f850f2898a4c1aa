package objecttest

import (
	"strings"
	"testing"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Dump is a command that shows records, and where they come from.
type Dump struct {
	Main object.Main
	// Options and Words are the command's.
	Options object.Options
	Words   string
	// Stream returns the messages of so many records.
	Stream func(records int) []byte
}

// counter is a stdout that counts what is written.
type counter struct{ writes, bytes int }

func (c *counter) Write(b []byte) (int, error) {
	c.writes++
	c.bytes += len(b)
	return len(b), nil
}

// on returns a run over the messages of stream, which prints to out.
func (d *Dump) on(stream []byte, out *counter) *Run {
	r := Discard(stream)
	r.Env.Stdout = applet.NewOutput(out)
	r.Opt = d.Options
	return r
}

// run prints the messages.
func (d *Dump) run(tb testing.TB, r *Run) {
	if err := d.Main(r.Context, strings.Fields(d.Words)); err != nil {
		tb.Fatal(err)
	}
	r.Env.Stdout.Flush()
}

// growth is how often rooms may grow that are as long as the dump.
const growth = 24

// Check tells whether the records are printed at all, cost no allocation each,
// and leave 64 KB at a time.
func (d *Dump) Check(t *testing.T) {
	t.Helper()
	const few, many = 100, 2100
	var out counter
	short, long := d.Stream(few), d.Stream(many)
	base := testing.AllocsPerRun(5, func() { d.run(t, d.on(short, &out)) })
	more := testing.AllocsPerRun(5, func() { d.run(t, d.on(long, &out)) })
	if more-base > growth {
		t.Errorf("%d records: %.0f allocations, %d records: %.0f", few, base, many, more)
	}
	out = counter{}
	d.run(t, d.on(long, &out))
	if out.bytes < many*10 {
		t.Errorf("%d records have %d bytes", many, out.bytes)
	}
	if most := out.bytes/(60<<10) + 1; out.writes > most {
		t.Errorf("%d bytes went out in %d writes, want %d at most", out.bytes, out.writes, most)
	}
}

// Benchmark measures the time of a record, from the message to the writer.
func (d *Dump) Benchmark(b *testing.B) {
	const records = 10000
	r := d.on(d.Stream(records), new(counter))
	b.ReportAllocs()
	for b.Loop() {
		d.run(b, r)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/record")
}
