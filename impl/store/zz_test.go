package store
import ("testing";"context";"path/filepath")
func BenchmarkOpenMemory(b *testing.B){ for b.Loop(){ s,err:=Open(context.Background(),":memory:",Options{}); if err!=nil{b.Fatal(err)}; s.Close()}}
func BenchmarkOpenFile(b *testing.B){ d:=b.TempDir(); i:=0; for b.Loop(){ i++; s,err:=Open(context.Background(),filepath.Join(d,string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676))),Options{}); if err!=nil{b.Fatal(err)}; s.Close()}}
