package ioam

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

func TestParse(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("expectations are little-endian")
	}
	id := func(n byte) []byte { return []byte{6, 0, attrNamespace, 0, n, 0, 0, 0} }
	schema := func(n byte) []byte { return []byte{8, 0, attrSchema, 0, n, 0, 0, 0} }
	for _, c := range []struct {
		line string
		cmd  uint8
		want []byte
	}{
		{"namespace show foo", cmdNamespaces, nil},
		{"namespace add 5", cmdAddNamespace, id(5)},
		{"namespace add 5 data 6 wide a", cmdAddNamespace, append(id(5),
			8, 0, attrData, 0, 6, 0, 0, 0, 12, 0, attrDataWide, 0, 10, 0, 0, 0, 0, 0, 0, 0)},
		{"namespace del 5 foo", cmdDelNamespace, id(5)},
		{"namespace set 5 schema 7", cmdSetSchema, append(id(5), schema(7)...)},
		{"namespace set 5 schema none", cmdSetSchema, append(id(5), 4, 0, attrNoSchema, 0)},
		{"schema show", cmdSchemas, nil},
		{"schema add 7 ab", cmdAddSchema, append(schema(7), 6, 0, attrSchemaData, 0, 'a', 'b', 0, 0)},
		{"schema del 7", cmdDelSchema, schema(7)},
	} {
		got, err := parse(strings.Fields(c.line))
		if err != nil || got.cmd != c.cmd || !bytes.Equal(got.attrs.Payload(), c.want) {
			t.Errorf("%s: %+v, %v", c.line, got, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	for line, want := range map[string]string{
		"":                              strings.TrimSuffix(usage, "\n"),
		"foo":                           `Error: argument "foo" is wrong: Unknown`,
		"namespace foo":                 `Error: argument "foo" is wrong: Unknown`,
		"namespace":                     `Command line is not complete. Try option "help"`,
		"namespace add 70000":           `Error: argument "70000" is wrong: Invalid namespace ID`,
		"namespace add 7 wide 1 data 5": `Error: argument "data" is wrong: Unexpected argument`,
		"namespace add 7 foo":           `Error: argument "foo" is wrong: Invalid argument`,
		"namespace add 7 data x":        `Error: argument "x" is wrong: Invalid data`,
		"namespace add 7 wide x":        `Error: argument "x" is wrong: Invalid wide data`,
		"namespace set 7 foo":           `Error: argument "foo" is wrong: Unknown`,
		"namespace set 7 schema x":      `Error: argument "x" is wrong: Invalid schema ID`,
		"schema add 1 " + strings.Repeat("x", 1021): `Error: argument "` + strings.Repeat("x", 1021) + `" is wrong: Schema DATA too big`,
	} {
		r := objecttest.New(nil)
		if status, said := r.Main(Main, line); status != 255 || said != want+"\n" {
			t.Errorf("%.30s: %d %q, want %q", line, status, said, want)
		}
	}
}

func TestPrint(t *testing.T) {
	namespace := objecttest.Message(0x20, []byte{cmdNamespaces, version, 0, 0}, func(r *rtnl.Request) {
		r.U16(attrNamespace, 5)
		r.U32(attrSchema, 7)
		r.U32(attrData, 0xcafe)
		r.U64(attrDataWide, 0xc0ffee)
	})
	schema := objecttest.Message(0x20, []byte{cmdSchemas, version, 0, 0}, func(r *rtnl.Request) {
		r.U32(attrSchema, 7)
		r.U16(attrNamespace, 5)
		r.Text(attrSchemaData, "ab")
	})
	for _, c := range []struct {
		message []byte
		json    bool
		want    string
	}{
		{namespace, false, "namespace 5 [schema 7], data 0x0000cafe, wide 0x0000000000c0ffee\n"},
		{namespace, true, `{"namespace":5,"schema":7,"data":"cafe","wide":"0xc0ffee"}`},
		{schema, false, "schema 7 [namespace 5], data: 61 62\n"},
		{schema, true, `{"schema":7,"namespace":5,"data":[97,98]}`},
	} {
		r := objecttest.New(nil)
		r.Opt.JSON = c.json
		if print(r.Printer(), objecttest.Msg(c.message)); r.Output() != c.want {
			t.Errorf("got %q, want %q", r.Output(), c.want)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add([]byte{cmdSchemas, 1, 0, 0, 6, 0, attrSchemaData, 0, 'a', 'b'})
	f.Add([]byte{cmdNamespaces, 1, 0, 0, 8, 0, attrData, 0, 1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, b []byte) {
		print(objecttest.Discard(nil).Printer(), objecttest.Msg(objecttest.Message(unix.GENL_ID_CTRL+1, b, nil)))
	})
}
