using System.Security.Cryptography;
using System.Text.Json;
using Xmtp.Node.Core;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Network;
using Xmtp.Node.Options;
using Xmtp.Node.Readiness;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Picture;

/// <summary>Makes the picture at most once a second, whoever asks and however often.</summary>
internal sealed class PictureCache(
    NodePublicKey self, NodeOptions options, MessageService messages, NetworkHandle network, NodeHealth health, NetworkSurvey survey, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Kept _public = new(withDetail: false);
    private readonly Kept _operator = new(withDetail: true);

    /// <summary>The picture for anybody.</summary>
    public Task<RenderedPicture> GetAsync(CancellationToken cancellationToken) => GetAsync(_public, cancellationToken);

    /// <summary>The picture for the operator.</summary>
    public Task<RenderedPicture> GetDetailedAsync(CancellationToken cancellationToken) => GetAsync(_operator, cancellationToken);

    private Task<RenderedPicture> GetAsync(Kept kept, CancellationToken cancellationToken)
    {
        Task<RenderedPicture> making;
        lock (_lock)
        {
            if (kept.Current is { } current && time.GetElapsedTime(current.MadeAt) < PictureLimits.Lifetime) return Task.FromResult(current);
            // Not the caller's to cancel: others wait for the same one.
            if (kept.Making.IsCompleted) kept.Making = Task.Run(() => MakeAsync(kept), CancellationToken.None);
            making = kept.Making;
        }

        return making.WaitAsync(cancellationToken);
    }

    private async Task<RenderedPicture> MakeAsync(Kept kept)
    {
        var logs = ViewReader.Read(new GetPeersResponse(), messages.GetHeads(), known: null).Logs;
        var peers = network.Current?.GetPeers();
        if (peers is not null) await SurveyAsync(peers, logs).ConfigureAwait(false);
        var source = new PictureSource(
            self.Id, StateOf(), peers?.Network ?? options.Network.Name, peers?.Peers ?? (IReadOnlyList<PeerStatus>)[], logs, survey.Find, time.GetUtcNow());
        var picture = PictureMaker.Make(source, kept.WithDetail);
        lock (_lock) return kept.Current = Render(picture, kept.Current);
    }

    private async Task SurveyAsync(GetPeersResponse peers, IReadOnlyDictionary<Hash256, LogView> logs)
    {
        var others = new List<NetworkSurvey.Node>();
        foreach (var peer in peers.Peers)
        {
            var record = NodeRecord.Parser.ParseFrom(peer.Record.Record);
            if (ViewReader.IdOf(record) is { } id && id != self.Id && record.NodeEndpoint.Length > 0) others.Add(new NetworkSurvey.Node(id, record.NodeEndpoint));
        }

        if (others.Count == 0) return;
        var round = survey.Refresh(others, logs);
        if (others.Any(node => survey.Find(node.Id) is not null)) return;
        // Nobody looked for a while; better a moment later than a picture without lines.
        await round.WaitAsync(PictureLimits.FirstRoundPatience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private RenderedPicture Render(NetworkPicture picture, RenderedPicture? before)
    {
        if (before is not null)
        {
            var same = JsonSerializer.SerializeToUtf8Bytes(picture with { Changed = before.Changed }, PictureJson.Default.NetworkPicture);
            if (same.AsSpan().SequenceEqual(before.Body)) return before with { MadeAt = time.GetTimestamp() };
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(picture, PictureJson.Default.NetworkPicture);
        return new RenderedPicture(body, $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"", time.GetTimestamp(), picture.Changed);
    }

    private string StateOf()
    {
        if (health.Stopping.IsCancellationRequested) return "stopping";
        if (health.IsDrained) return "draining";
        if (!health.IsStoreHealthy) return "failed";
        return health.IsJoining ? "joining" : "ready";
    }

    /// <summary>One kind of picture.</summary>
    private sealed class Kept(bool withDetail)
    {
        public bool WithDetail => withDetail;

        public RenderedPicture? Current { get; set; }

        public Task<RenderedPicture> Making { get; set; } = Task.FromResult<RenderedPicture>(null!);
    }
}
