using Xmtp.Node.Core.Log;
using Xmtp.Protocol;

namespace Xmtp.Node.Core.Replication;

/// <summary>Bounds of what nodes send each other. A correct node stays below them; whoever goes beyond is cut off.</summary>
public static class ReplicationLimits
{
    /// <summary>One frame, in bytes. The largest entry, its token and its head fit.</summary>
    public const int FrameLengthMaxBytes = 2 << 20;

    /// <summary>Entries of one frame at most.</summary>
    public const int FrameEntriesMax = 1024;

    /// <summary>Where a sender stops filling a frame.</summary>
    public const int FrameEntriesAimBytes = 1 << 20;

    /// <summary>Payload of an envelope: the largest message, and a publish token before it.</summary>
    public const int PayloadLengthMaxBytes = Limits.MessageLengthMaxBytes + PendingEntry.TokenLengthSize + Limits.TokenLengthMaxChars;

    /// <summary>Entry bytes that may be on their way to a peer and not yet be on its disk.</summary>
    public const int WindowBytes = 4 << 20;

    /// <summary>Logs that one node may have: its incarnations. More are not taken up.</summary>
    public const int LogsPerNodeMax = 1000;

    /// <summary>Logs that are first heard of from one linked node. Keys cost nothing, so neither do logs of made-up originators.</summary>
    public const int LogsPerPeerMax = 10_000;

    /// <summary>Logs held in all.</summary>
    public const int LogsMax = 65_536;

    /// <summary>Logs in one vector or heads frame.</summary>
    public const int LogStatesPerFrameMax = 4096;

    /// <summary>Headers in evidence: as many as stand between two heads of a correct holder.</summary>
    public const int EvidenceHeadersMax = FrameEntriesMax;

    /// <summary>How far ahead of the receiver's clock an originator may date an entry.</summary>
    public static readonly TimeSpan OriginatorLeadMax = TimeSpan.FromMinutes(5);
}
