package script

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/nlbox/nlbox/internal/applet"
)

// TestRunnerField: the version of the interpreter that is built with has the field,
// and it tells the script's shell from those below it. One that has not is an
// error.
func TestRunnerField(t *testing.T) {
	s, err := newShell(&applet.Env{Stdout: applet.NewOutput(nil)}, &Plan{}, false)
	if err != nil {
		t.Fatal(err)
	}
	var main []bool
	interp.CallHandler(func(ctx context.Context, words []string) ([]string, error) {
		hc := interp.HandlerCtx(ctx)
		field := reflect.ValueOf(hc).FieldByName("runner").Pointer()
		if field != reflect.ValueOf(s.runnerOf(hc)).Pointer() {
			t.Errorf("%v: another runner than the field's", words)
		}
		main = append(main, s.isMain(hc))
		return words, nil
	})(s.main)
	file, err := syntax.NewParser().Parse(strings.NewReader("true; (true); f() { true; }; f"), "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.main.Run(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(main, []bool{true, false, true, true}) {
		t.Errorf("%v", main)
	}
	for _, other := range []reflect.Type{
		reflect.TypeFor[struct{}](), reflect.TypeFor[struct{ runner uintptr }](), reflect.TypeFor[struct{ runner interp.Runner }](),
	} {
		if _, err := runnerOffset(other); err == nil {
			t.Errorf("%v: no error", other)
		}
	}
	if _, err := loopOffsets(reflect.TypeFor[struct{ breakEnclosing, contnEnclosing uint8 }]()); err == nil {
		t.Error("other fields: no error")
	}
}
