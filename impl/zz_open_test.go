package impl_test
import ("testing";"context";"time";"log/slog"
"github.com/meetwright/meetwright/impl"
"github.com/meetwright/meetwright/impl/stub")
func BenchmarkOpen(b *testing.B){
 d:=stub.Demo()
 for b.Loop(){
  a,err:=impl.Open(context.Background(), impl.Settings{Seed:&d,Clock:time.Date(2024,1,10,8,0,0,0,time.UTC),Logger:slog.New(slog.DiscardHandler)})
  if err!=nil{b.Fatal(err)}
  a.Close()
 }
}
