using Google.Protobuf;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>
/// This node's record. Its counter comes from the clock and never goes back, so that a restart does not use one again even if
/// nothing was saved.
/// </summary>
internal sealed class OwnRecord
{
    private readonly MeshContext _mesh;
    private readonly NodeRecord _template;

    public OwnRecord(MeshContext mesh, ReadOnlySpan<byte> admissionProof)
    {
        var options = mesh.Options;
        (_mesh, _template) = (mesh, new NodeRecord
        {
            Network = options.Network,
            PublicKey = ByteString.CopyFrom(mesh.Key.Public.Bytes.Span),
            NodeEndpoint = options.NodeEndpoint,
            GrpcEndpoint = options.GrpcEndpoint,
            GrpcWebEndpoint = options.GrpcWebEndpoint,
            HttpEndpoint = options.HttpEndpoint,
            Software = Software,
            Region = options.Region,
            ProtocolMin = MeshLimits.ProtocolMin,
            ProtocolMax = MeshLimits.ProtocolMax,
            AdmissionProof = ByteString.CopyFrom(admissionProof),
        });
        Current = Make(above: 0, isLeaving: false);
    }

    /// <summary>The newest one.</summary>
    public KnownRecord Current { get; private set; }

    /// <summary>Whether it must be signed anew: half its life is over, or the clock went back behind it.</summary>
    public bool IsDue
    {
        get
        {
            var age = TimeSpan.FromTicks((_mesh.UtcNs - Current.Record.IssuedNs) / UnixTime.NanosecondsPerTick);
            return age >= MeshLimits.RecordRenewal || age < -MeshLimits.RecordLeadMax;
        }
    }

    private static string Software { get; } = $"xmtp-dotnet/{typeof(OwnRecord).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Signs a newer one.</summary>
    /// <param name="above">A counter that was seen elsewhere.</param>
    /// <param name="isLeaving">Whether it says good-bye.</param>
    public void Renew(ulong above = 0, bool isLeaving = false) => Current = Make(Math.Max(above, Current.Counter), isLeaving);

    private KnownRecord Make(ulong above, bool isLeaving)
    {
        var now = _mesh.UtcNow;
        var record = _template.Clone();
        record.Counter = Math.Max(above + 1, (ulong)Math.Max(1, now.ToUnixTimeMilliseconds()));
        record.IssuedNs = now.ToUnixTimeNanoseconds();
        record.ExpiresNs = (now + MeshLimits.RecordLifetime).ToUnixTimeNanoseconds();
        record.Leaving = isLeaving;
        return RecordSignature.Sign(_mesh.Key, record);
    }
}
