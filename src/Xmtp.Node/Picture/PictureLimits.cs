namespace Xmtp.Node.Picture;

/// <summary>What a picture costs at most: the node that makes it, those that are asked, and whoever reads it.</summary>
internal static class PictureLimits
{
    /// <summary>Nodes in a picture.</summary>
    public const int NodesMax = 128;

    /// <summary>Pairs of nodes in a picture.</summary>
    public const int LinksMax = 4096;

    /// <summary>Logs in a picture.</summary>
    public const int LogsMax = 256;

    /// <summary>Logs that are looked at in one node's answer.</summary>
    public const int LogsOfAnswerMax = 4096;

    /// <summary>Signatures that are checked of one node's answer: of logs of which it has more than this node.</summary>
    public const int SignaturesOfAnswerMax = 256;

    /// <summary>Nodes asked in one round.</summary>
    public const int AsksMax = 32;

    /// <summary>Nodes asked at the same time.</summary>
    public const int AsksInFlightMax = 8;

    /// <summary>How long one picture is shown.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    /// <summary>From the beginning of one round to that of the next.</summary>
    public static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long one node may take to answer.</summary>
    public static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(3);

    /// <summary>How long a picture waits for a round when nobody was asked lately.</summary>
    public static readonly TimeSpan FirstRoundPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer counts.</summary>
    public static readonly TimeSpan ViewLifetime = TimeSpan.FromSeconds(60);
}
