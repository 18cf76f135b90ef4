using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Picture;
using Xmtp.Protocol.Network.V1;
using Xmtp.TestSupport;

namespace Xmtp.Node.Tests.Picture;

public sealed class NetworkSurveyTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeSource _source = new();
    private readonly NetworkSurvey _survey;

    public NetworkSurveyTests() => _survey = new NetworkSurvey(_source, _time);

    public ValueTask DisposeAsync() => _survey.DisposeAsync();

    [Fact]
    public async Task Refresh_AskedAgainAndAgain_BeginsARoundEveryTenSeconds()
    {
        var nodes = Nodes(3);
        for (var i = 0; i < 100; i++) await Refresh(nodes);
        Assert.Equal(3, _source.Asked.Count);
        _time.Advance(PictureLimits.RoundInterval);
        await Refresh(nodes);
        Assert.Equal(6, _source.Asked.Count);
    }

    [Fact]
    public async Task Refresh_ManyNodes_AsksSomeInEachRoundAndAllInTurn()
    {
        var nodes = Nodes(3 * PictureLimits.AsksMax);
        for (var round = 1; round <= 3; round++)
        {
            await Refresh(nodes);
            Assert.Equal(round * PictureLimits.AsksMax, _source.Asked.Distinct().Count());
            _time.Advance(PictureLimits.RoundInterval);
        }

        Assert.True(_source.MostAtOnce <= PictureLimits.AsksInFlightMax, $"{_source.MostAtOnce} at once");
    }

    [Fact]
    public async Task Refresh_NodeThatHangs_IsGivenUp()
    {
        var nodes = Nodes(1);
        _source.Hangs = true;
        var round = Refresh(nodes);
        await Eventually.TrueAsync(() => _source.Asked.Count == 1);
        _time.Advance(PictureLimits.AnswerPatience);
        await round;
        Assert.Equal("no answer within 3 s", _survey.Find(nodes[0].Id)!.Failure);
    }

    [Fact]
    public async Task Refresh_NodeThatLies_HasNoView()
    {
        var nodes = Nodes(1);
        _source.Answer = (new GetPeersResponse(), new GetHeadsResponse { Logs = { new LogState { Watermark = 5 } } });
        await Refresh(nodes);
        Assert.Equal((null, "it shows a log without a name"), (_survey.Find(nodes[0].Id)!.View, _survey.Find(nodes[0].Id)!.Failure));
    }

    [Fact]
    public async Task Find_AnswerThatIsOld_IsForgotten()
    {
        var nodes = Nodes(2);
        await Refresh(nodes);
        Assert.NotNull(_survey.Find(nodes[0].Id)!.View);
        _time.Advance(PictureLimits.RoundInterval);
        await Refresh([nodes[1]]);
        Assert.Null(_survey.Find(nodes[0].Id));
        _time.Advance(PictureLimits.ViewLifetime);
        Assert.Null(_survey.Find(nodes[1].Id));
    }

    private Task Refresh(IReadOnlyList<NetworkSurvey.Node> nodes) => _survey.Refresh(nodes, new Dictionary<Hash256, LogView>());

    private static List<NetworkSurvey.Node> Nodes(int count) =>
        [.. Enumerable.Range(1, count).Select(static number => new NetworkSurvey.Node(new NodeId(new Hash256([.. Enumerable.Repeat((byte)number, 32)])), $"node{number}:1"))];

    private sealed class FakeSource : IViewSource
    {
        private int _running;
        private int _mostAtOnce;

        public ConcurrentQueue<string> Asked { get; } = new();

        public int MostAtOnce => _mostAtOnce;

        public bool Hangs { get; set; }

        public (GetPeersResponse, GetHeadsResponse) Answer { get; set; } = (new(), new());

        public async Task<(GetPeersResponse Peers, GetHeadsResponse Heads)> AskAsync(string address, NodeId expected, CancellationToken cancellationToken)
        {
            var running = Interlocked.Increment(ref _running);
            InterlockedMax(running);
            Asked.Enqueue(address);
            await Task.Yield();
            if (Hangs) await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref _running);
            return Answer;
        }

        private void InterlockedMax(int value)
        {
            for (var seen = _mostAtOnce; value > seen; seen = _mostAtOnce) Interlocked.CompareExchange(ref _mostAtOnce, value, seen);
        }
    }
}
