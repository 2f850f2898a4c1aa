package applet

import "io"

// outputSize is how much Output gathers before it writes. A pipe takes 64 KB
// at once.
const outputSize = 64 << 10

// firstSize is the buffer that most outputs fit in. To grow up to it by and by
// would take a piece of memory of each size in between.
const firstSize = 4 << 10

// Output is a buffered stdout. Errors of the writer below do not end a command:
// most of the tools that we stand for do not look at them either. See Err.
type Output struct {
	w   io.Writer
	buf []byte
	err error
	// LineBuffered makes every write that ends in a newline go out at once,
	// as stdio does on a terminal.
	LineBuffered bool
}

// NewOutput returns an Output on w. Its buffer is made by the first write.
func NewOutput(w io.Writer) *Output { return &Output{w: w} }

// Direct writes out what was gathered and returns the writer below, for a child
// process that is to write there itself.
func (o *Output) Direct() io.Writer {
	o.Flush()
	return o.w
}

// Write appends p.
func (o *Output) Write(p []byte) (int, error) {
	o.room(len(p))
	o.buf = append(o.buf, p...)
	o.wrote()
	return len(p), nil
}

// WriteString appends s.
func (o *Output) WriteString(s string) (int, error) {
	o.room(len(s))
	o.buf = append(o.buf, s...)
	o.wrote()
	return len(s), nil
}

// room makes place for n more bytes, flushing rather than growing.
func (o *Output) room(n int) {
	if len(o.buf) > 0 && len(o.buf)+n > outputSize {
		o.Flush()
	}
	if o.buf == nil {
		o.buf = make([]byte, 0, firstSize)
	}
}

func (o *Output) wrote() {
	if o.LineBuffered && len(o.buf) > 0 && o.buf[len(o.buf)-1] == '\n' {
		o.Flush()
	}
}

// Flush writes what was gathered.
func (o *Output) Flush() {
	if len(o.buf) == 0 {
		return
	}
	if _, err := o.w.Write(o.buf); err != nil && o.err == nil {
		o.err = err
	}
	o.buf = o.buf[:0]
}

// Err returns the first error of a Flush.
func (o *Output) Err() error { return o.err }
