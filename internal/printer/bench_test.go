package printer

import (
	"io"
	"testing"
)

// record prints what a route has.
func record(p *Printer, addr []byte) {
	p.OpenObject("")
	p.Bytes(Inet, "dst", "%s ", addr)
	p.Text("via ")
	p.Bytes(Inet, "gateway", "%s ", addr)
	p.String("dev", "dev %s ", "eth0")
	p.Uint("metric", "metric %u ", 1024)
	p.OpenArray("flags", "")
	p.CloseArray("")
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

func modes() map[string]Mode {
	return map[string]Mode{
		"text": {}, "oneline": {Oneline: true}, "colour": {Palette: Light},
		"json": {JSON: true}, "pretty": {JSON: true, Pretty: true}, "terminal": {Terminal: true},
	}
}

func BenchmarkRecord(b *testing.B) {
	addr := []byte("192.0.2.1/24")
	for name, mode := range modes() {
		b.Run(name, func(b *testing.B) {
			p := New(io.Discard, mode)
			b.ReportAllocs()
			for b.Loop() {
				record(p, addr)
			}
		})
	}
}
