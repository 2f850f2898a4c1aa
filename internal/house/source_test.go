package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// reserved are the names of the standard library that only some rooms may use:
// everything else happens in an applet.Env, so that one process can run any
// number of calls.
func reserved() []struct {
	pkg, name string
	rooms     []string
} {
	door := []string{"cmd/nlbox", "internal/box"}
	return []struct {
		pkg, name string
		rooms     []string
	}{
		{"os", "Exit", []string{"cmd/nlbox", "cmd/nlbox/early"}},
		{"fmt", "Print", []string{"cmd/nlbox"}},
		{"fmt", "Printf", []string{"cmd/nlbox"}},
		{"fmt", "Println", []string{"cmd/nlbox"}},
		{"os", "Args", door},
		{"os", "Stdin", door},
		{"os", "Stdout", door},
		{"os", "Stderr", door},
		{"os", "Chdir", nil},
		{"os", "Setenv", nil},
	}
}

func TestOnlyTheDoorTouchesTheProcess(t *testing.T) {
	eachFile(t, func(p pkg, file *ast.File, at func(token.Pos) string) {
		imported := importNames(file)
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, r := range reserved() {
				if imported[x.Name] == r.pkg && sel.Sel.Name == r.name && !slices.Contains(r.rooms, p.room()) {
					t.Errorf("%s: %s.%s in %s; only %v may", at(n.Pos()), r.pkg, r.name, p.room(), r.rooms)
				}
			}
			return true
		})
	})
}

// TestNoTablesAtStartUp finds package-level maps: their literals are filled by
// init code, at every call's cost, and they can be changed by anybody.
func TestNoTablesAtStartUp(t *testing.T) {
	eachFile(t, func(p pkg, file *ast.File, at func(token.Pos) string) {
		for _, decl := range file.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok || general.Tok != token.VAR {
				continue
			}
			for _, spec := range general.Specs {
				value := spec.(*ast.ValueSpec)
				if isMap(value.Type) {
					t.Errorf("%s: package-level map %s", at(value.Pos()), value.Names[0])
				}
				for _, v := range value.Values {
					if lit, ok := v.(*ast.CompositeLit); ok && isMap(lit.Type) {
						t.Errorf("%s: package-level map %s", at(value.Pos()), value.Names[0])
					}
				}
			}
		}
	})
}

func isMap(expr ast.Expr) bool {
	_, ok := expr.(*ast.MapType)
	return ok
}

// TestRoomsSayWhatTheyAreFor: every package has a doc comment.
func TestRoomsSayWhatTheyAreFor(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package comment", p.room())
		}
	}
}

// eachFile calls f for every source file; tests and their helpers are left out.
func eachFile(t *testing.T, f func(p pkg, file *ast.File, at func(token.Pos) string)) {
	t.Helper()
	files := token.NewFileSet()
	at := func(pos token.Pos) string {
		place := files.Position(pos)
		return filepath.Base(filepath.Dir(place.Filename)) + "/" + filepath.Base(place.Filename) + ":" + strconv.Itoa(place.Line)
	}
	for _, p := range packages(t) {
		if strings.HasSuffix(p.room(), "test") {
			continue
		}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			f(p, file, at)
		}
	}
}

// importNames maps the names that a file has for its imports to their paths.
func importNames(file *ast.File) map[string]string {
	names := make(map[string]string)
	for _, spec := range file.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	return names
}
