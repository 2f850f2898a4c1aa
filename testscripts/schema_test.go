package testscripts

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

// The JSON that no original prints has schemas in docs/schemas instead of
// goldens. Each script, when it ends, is asked once more for all of it: so every
// topology that the goldens know is also one that the schemas are held against.

const schemaDir = "../docs/schemas/"

// jsonCalls are the calls that print one document, with their schemas. BRIDGE
// stands for each bridge in turn.
func jsonCalls() [][2]string {
	return [][2]string{
		{"brctl --json show", "brctl-show.json"},
		{"brctl --json showmacs BRIDGE", "brctl-showmacs.json"},
		{"brctl --json -p showstp BRIDGE", "brctl-showstp.json"},
		{"route --json", "route.json"},
		{"route -j -p -A inet,inet6", "route.json"},
		{"arp --json", "arp.json"},
		{"ifconfig -a --json", "ifconfig.json"},
		{"ifconfig -j -p", "ifconfig.json"},
	}
}

// checkSchemas holds what the applets say of the calling thread's namespace
// against the schemas.
func checkSchemas() error {
	bridges, err := bridgeNames()
	if err != nil {
		return err
	}
	for _, c := range jsonCalls() {
		lines := []string{c[0]}
		if strings.Contains(c[0], "BRIDGE") {
			lines = nil
			for _, b := range bridges {
				lines = append(lines, strings.ReplaceAll(c[0], "BRIDGE", b))
			}
		}
		for _, line := range lines {
			out, _ := callApplet(line)
			if err := validate(c[1], out); err != nil {
				return fmt.Errorf("%s: %w\n%s", line, err, out)
			}
		}
	}
	return nil
}

// bridgeNames lists the bridges with names that can be one word.
func bridgeNames() ([]string, error) {
	out, err := callApplet("ip -br link show type bridge")
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) > 1 && !strings.ContainsAny(f[0], "@?\\") {
			names = append(names, f[0])
		}
	}
	return names, nil
}

// callApplet runs an applet in this process and returns its stdout.
func callApplet(line string) (string, error) {
	words := strings.Fields(line)
	main, ok := box.Lookup(words[0])
	if !ok {
		return "", fmt.Errorf("no applet %s", words[0])
	}
	var out, errs bytes.Buffer
	status := applet.Run(main, &applet.Env{
		Name: words[0], Args: words[1:], Vars: []string{"LC_ALL=C"}, Lookup: box.Lookup,
		Stdin: strings.NewReader(""), Stdout: applet.NewOutput(&out), Stderr: &errs,
	})
	if status != 0 {
		return out.String(), fmt.Errorf("%s: status %d: %s", line, status, errs.String())
	}
	return out.String(), nil
}

// validate holds one JSON document against a schema.
func validate(schema, document string) error {
	s, err := jsonschema.NewCompiler().Compile(schemaDir + schema)
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// TestSchemas: the schemas refuse what they should.
func TestSchemas(t *testing.T) {
	for document, schema := range map[string]string{
		`[{"ifname":"br0"}]`: "brctl-show.json",
		`[{"type":"unicast","dst":"x y","family":"inet","metric":0,"flags":[],"ref":0,"use":0}]`: "route.json",
		`[{"dst":"10.0.0.1","dev":"v0","link_type":"ether","flags":["C"]}]`:                      "arp.json",
		`{"event":"reply","timestamp":1}`:                                                        "ping.json",
		`{"applet":"ip"}`:                                                                        "error.json",
	} {
		if err := validate(schema, document); err == nil {
			t.Errorf("%s takes %s", schema, document)
		}
	}
}

// TestGoldenLines: the lines that the goldens hold of streams of objects fit their
// schemas. A masked number stands for one.
func TestGoldenLines(t *testing.T) {
	for file, schema := range map[string]string{"errors_ours.txtar": "error.json", "json_ours.txtar": "ping.json"} {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range archive.Files {
			for line := range strings.Lines(string(f.Data)) {
				if _, document, ok := strings.Cut(line, "|{"); ok {
					n++
					document = "{" + strings.ReplaceAll(document, `":N`, `":1`)
					if err := validate(schema, document); err != nil {
						t.Errorf("%s: %v\n%s", file, err, document)
					}
				}
			}
		}
		if n == 0 {
			t.Errorf("%s: no line to check", file)
		}
	}
}
