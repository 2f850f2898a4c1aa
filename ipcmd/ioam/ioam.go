// Package ioam is `ip ioam`: the namespaces and schemas of in-situ OAM for IPv6
// (RFC 9486, ip-ioam(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package ioam

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

const usage = `Usage:	ip ioam { COMMAND | help }
	ip ioam namespace show
	ip ioam namespace add ID [ data DATA32 ] [ wide DATA64 ]
	ip ioam namespace del ID
	ip ioam schema show
	ip ioam schema add ID DATA
	ip ioam schema del ID
	ip ioam namespace set ID schema { ID | none }
`

// The family of generic netlink, its commands and attributes
// (linux/ioam6_genl.h).
const (
	familyName = "IOAM6"
	version    = 1

	cmdAddNamespace  = 1
	cmdDelNamespace  = 2
	cmdNamespaces    = 3
	cmdAddSchema     = 4
	cmdDelSchema     = 5
	cmdSchemas       = 6
	cmdSetSchema     = 7
	attrNamespace    = 1 // 16 bits
	attrData         = 2 // 32 bits
	attrDataWide     = 3 // 64 bits
	attrSchema       = 4 // 32 bits
	attrSchemaData   = 5
	attrNoSchema     = 6
	maxSchemaDataLen = 255 * 4
)

// Main is ip ioam.
func Main(c *object.Context, args []string) error {
	if len(args) == 0 || args[0] == "help" {
		return words.Usage(usage)
	}
	req, err := parse(args)
	if err != nil {
		return err
	}
	conn, family, err := c.Generic(familyName)
	if err != nil {
		return err
	}
	defer conn.Close()
	r := rtnl.NewGeneric(family, req.cmd, version, 0)
	r.Raw(req.attrs.Payload())
	if req.cmd != cmdNamespaces && req.cmd != cmdSchemas {
		return object.KernelStatus(conn.Do(r, nil), object.StatusLocal)
	}
	p := c.Printer()
	p.Open()
	defer p.Close()
	err = conn.Dump(r, func(m *rtnl.Msg) error {
		print(p, m)
		return nil
	})
	return object.DumpFailed(err, object.StatusLocal)
}

// request is what the words ask for: a command and its attributes.
type request struct {
	cmd   uint8
	attrs *rtnl.Request
}

func parse(args []string) (*request, error) {
	r := &request{attrs: rtnl.NewRequest(0, 0)}
	cur := words.New(args)
	kind := cur.Word()
	if kind != "namespace" && kind != "schema" {
		return nil, words.Invalid("Unknown", kind)
	}
	command, err := cur.Value()
	if err != nil {
		return nil, err
	}
	switch kind + " " + command {
	case "namespace show":
		r.cmd = cmdNamespaces
	case "namespace add":
		r.cmd = cmdAddNamespace
		err = r.addNamespace(cur)
	case "namespace del":
		r.cmd = cmdDelNamespace
		err = r.namespace(cur)
	case "namespace set":
		r.cmd = cmdSetSchema
		err = r.setSchema(cur)
	case "schema show":
		r.cmd = cmdSchemas
	case "schema add":
		r.cmd = cmdAddSchema
		err = r.addSchema(cur)
	case "schema del":
		r.cmd = cmdDelSchema
		err = r.schema(cur)
	default:
		err = words.Invalid("Unknown", command)
	}
	return r, err
}

func (r *request) namespace(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	id, ok := format.ParseU16(word, 0)
	if !ok {
		return words.Invalid("Invalid namespace ID", word)
	}
	r.attrs.U16(attrNamespace, id)
	return nil
}

func (r *request) schema(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	return r.schemaID(word)
}

func (r *request) schemaID(word string) error {
	id, ok := format.ParseU32(word, 0)
	if !ok {
		return words.Invalid("Invalid schema ID", word)
	}
	r.attrs.U32(attrSchema, id)
	return nil
}

// addNamespace reads a namespace and its data, of which the wide ones come last.
func (r *request) addNamespace(cur *words.Cursor) error {
	if err := r.namespace(cur); err != nil {
		return err
	}
	narrow := false
	if _, more := cur.Peek(); more {
		cur.Skip()
		switch cur.Word() {
		case "data":
			word, err := cur.Value()
			if err != nil {
				return err
			}
			data, ok := format.ParseU32(word, 0)
			if !ok {
				return words.Invalid("Invalid data", word)
			}
			r.attrs.U32(attrData, data)
			narrow = true
		case "wide":
			if err := r.wide(cur); err != nil {
				return err
			}
		default:
			return words.Invalid("Invalid argument", cur.Word())
		}
	}
	if _, more := cur.Peek(); !more {
		return nil
	}
	cur.Skip()
	if !narrow || !cur.Is("wide") {
		return words.Invalid("Unexpected argument", cur.Word())
	}
	return r.wide(cur)
}

func (r *request) wide(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	data, ok := format.ParseU64(word, 16)
	if !ok {
		return words.Invalid("Invalid wide data", word)
	}
	r.attrs.U64(attrDataWide, data)
	return nil
}

func (r *request) setSchema(cur *words.Cursor) error {
	if err := r.namespace(cur); err != nil {
		return err
	}
	word, err := cur.Value()
	if err == nil && word != "schema" {
		err = words.Invalid("Unknown", word)
	}
	if err == nil {
		word, err = cur.Value()
	}
	switch {
	case err != nil:
		return err
	case word == "none":
		r.attrs.Flag(attrNoSchema)
		return nil
	}
	return r.schemaID(word)
}

func (r *request) addSchema(cur *words.Cursor) error {
	if err := r.schema(cur); err != nil {
		return err
	}
	word, err := cur.Value()
	switch {
	case err != nil:
		return err
	case len(word) > maxSchemaDataLen:
		return words.Invalid("Schema DATA too big", word)
	}
	r.attrs.Text(attrSchemaData, word)
	return nil
}

// print prints a namespace or a schema.
func print(p *printer.Printer, m *rtnl.Msg) {
	cmd, attrs, ok := m.Generic()
	if !ok {
		return
	}
	var tb [attrSchemaData + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	p.OpenObject("")
	switch cmd {
	case cmdNamespaces:
		printNamespace(p, at)
	case cmdSchemas:
		printSchema(p, at)
	}
	p.CloseObject()
	p.EndRecord()
}

func printNamespace(p *printer.Printer, at rtnl.Attrs) {
	id, _ := at.U16(attrNamespace)
	p.Uint("namespace", "namespace %u", uint64(id))
	if schema, ok := at.U32(attrSchema); ok {
		p.Uint("schema", " [schema %u]", uint64(schema))
	}
	if data, ok := at.U32(attrData); ok {
		p.Hex("data", ", data %#010x", uint64(data))
	}
	if data, ok := at.U64(attrDataWide); ok {
		p.Hex0x("wide", ", wide %#018x", data)
	}
	p.NL()
}

func printSchema(p *printer.Printer, at rtnl.Attrs) {
	id, _ := at.U32(attrSchema)
	p.Uint("schema", "schema %u", uint64(id))
	if namespace, ok := at.U16(attrNamespace); ok {
		p.Uint("namespace", " [namespace %u]", uint64(namespace))
	}
	p.OpenArray("data", ", data:")
	for _, b := range at.Get(attrSchemaData) {
		p.Uint("", " %02x", uint64(b))
	}
	p.CloseArray("")
	p.NL()
}
