namespace Xmtp.Node.Core.Membership;

/// <summary>Numbers that the nodes of a network agree on, and bounds of what one node lets others do to it.</summary>
internal static class MeshLimits
{
    /// <summary>The oldest protocol between nodes that this software speaks.</summary>
    public const uint ProtocolMin = 1;

    /// <summary>The newest one.</summary>
    public const uint ProtocolMax = 1;

    /// <summary>A signed record as it travels.</summary>
    public const int RecordLengthMaxBytes = 1024;

    /// <summary>Names and labels in a record.</summary>
    public const int LabelLengthMaxChars = 64;

    /// <summary>One address in a record.</summary>
    public const int AddressLengthMaxChars = 255;

    /// <summary>Salt of an admission proof.</summary>
    public const int AdmissionProofLengthMaxBytes = 32;

    /// <summary>Why a node says good-bye; a longer text is cut.</summary>
    public const int ReasonLengthMaxChars = 200;

    /// <summary>Records of other nodes that are held. A full mesh ends long before.</summary>
    public const int RecordsMax = 4096;

    /// <summary>Nodes that left and are remembered.</summary>
    public const int LeftMax = 1024;

    /// <summary>Records that this node puts into one frame: 128 KiB at most.</summary>
    public const int RecordsPerFrame = 128;

    /// <summary>Records that another node may put into one frame.</summary>
    public const int RecordsPerFrameMax = 2 * RecordsPerFrame;

    /// <summary>New nodes of one address block, /24 of IPv4 or /48 of IPv6.</summary>
    public const int NewNodesPerBlockMax = 4;

    /// <summary>Dials at the same time.</summary>
    public const int DialsInFlightMax = 64;

    /// <summary>Connections from others that have not said who they are.</summary>
    public const int SilentSessionsMax = 1024;

    /// <summary>Connections with one node; more than two only while broken ones are not noticed yet.</summary>
    public const int SessionsPerNodeMax = 4;

    /// <summary>A node with fewer links than this compares records with each new one: it may have just come.</summary>
    public const int LinksOfANewcomer = 3;

    /// <summary>Links over which one batch of news is passed on.</summary>
    public const int RelayLinksMax = 32;

    /// <summary>Nodes asked about one that fell silent.</summary>
    public const int ProbesPerSuspicion = 3;

    /// <summary>How long a record is valid.</summary>
    public static readonly TimeSpan RecordLifetime = TimeSpan.FromHours(24);

    /// <summary>Age at which a node signs its record anew: half its life, so that a day's trouble is needed to lose it.</summary>
    public static readonly TimeSpan RecordRenewal = TimeSpan.FromHours(12);

    /// <summary>How far ahead of this node's clock a record may be dated.</summary>
    public static readonly TimeSpan RecordLeadMax = TimeSpan.FromMinutes(5);

    /// <summary>Between two jumps of this node's counter above one seen elsewhere: two nodes with one key must not chase each other.</summary>
    public static readonly TimeSpan CounterJumpInterval = TimeSpan.FromSeconds(10);

    /// <summary>First wait after a failed dial.</summary>
    public static readonly TimeSpan BackOffMin = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest wait between dials, and the wait after a refusal.</summary>
    public static readonly TimeSpan BackOffMax = TimeSpan.FromSeconds(30);

    /// <summary>A link that lived as long was good: the next dial does not wait for what failed before it.</summary>
    public static readonly TimeSpan GoodLinkAge = TimeSpan.FromSeconds(30);

    /// <summary>Within this a connection says Hello, and proves that it hears ours.</summary>
    public static readonly TimeSpan HelloPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long the better of two connections may stay silent before the other takes its place.</summary>
    public static readonly TimeSpan RivalPatience = TimeSpan.FromSeconds(3);

    /// <summary>Between two pings of a link.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which a node is suspect.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    /// <summary>How long others have to say whether they hear a silent node.</summary>
    public static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    /// <summary>Between two ticks at most; beyond it this process itself stood still, and the silence of others says nothing.</summary>
    public static readonly TimeSpan TickMax = TimeSpan.FromSeconds(3);

    /// <summary>Between two comparisons of records with a random node.</summary>
    public static readonly TimeSpan DigestInterval = TimeSpan.FromSeconds(30);

    /// <summary>Between two times that one node is sent all records.</summary>
    public static readonly TimeSpan AllRecordsInterval = TimeSpan.FromSeconds(10);

    /// <summary>Between two saves of the records.</summary>
    public static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);

    /// <summary>Between two saves while no record changes: as much of the others' age a crash may cost.</summary>
    public static readonly TimeSpan AgeSaveInterval = TimeSpan.FromMinutes(10);

    /// <summary>Age at which a node is no longer new.</summary>
    public static readonly TimeSpan KnownAge = TimeSpan.FromHours(24);

    /// <summary>Absence after which a node's age begins anew.</summary>
    public static readonly TimeSpan AbsenceMax = TimeSpan.FromHours(1);
}
