using System.Buffers.Binary;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Node.Core.Access;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;
using Xmtp.Node.Core.Subscriptions;
using Xmtp.Node.Core.Tests.Storage;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.Network.V1;
using static Xmtp.Node.Core.Tests.Storage.Entries;
using Frame = Xmtp.Protocol.Network.V1.Entries;

namespace Xmtp.Node.Core.Tests.Replication;

public sealed class EntriesVerifierTests
{
    private const long NowNs = 1_700_000_000_000_000_000;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    private readonly TestLog _log = new(TestKeys.Node(2));

    /// <summary>What an originator may get wrong: the header's bytes are changed before they are chained and signed.</summary>
    public static TheoryData<string, Action<byte[]>> WrongHeaders { get; } = new()
    {
        { "no kind", static header => header[1] = 0 },
        { "time below zero", static header => header.AsSpan(86, 8).Fill(0xff) },
        { "expiry below zero", static header => header.AsSpan(94, 8).Fill(0xff) },
        { "sender time out of range", static header => BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(102), Limits.TimestampMaxNs + 1) },
        { "digest of something else", static header => header[110] ^= 1 },
        { "idempotency key of something else", static header => header[142] ^= 1 },
    };

    [Fact]
    public void Verify_WhatACorrectNodeSends_IsTakenAsItIs()
    {
        var run = Verify(Correct());

        Assert.Equal(_log.Name, run.Log);
        Assert.Equal([1UL, 2, 3], run.Entries.Select(static entry => entry.Header.Sequence));
        Assert.Equal((_log.End.Sequence, _log.End.Hash), (run.Head.Sequence, run.Head.Hash));
        Assert.Equal(run.Head.Hash, run.Entries[^1].Hash);
        Assert.All(run.Entries, static entry => Assert.True(entry.MayBeVisible));
        Assert.Equal("token one", System.Text.Encoding.UTF8.GetString(run.Entries[1].Payload!.Value.Span[2..run.Entries[1].MessageOffset]));
        Assert.Equal(IndexKey(Envelope("a", 1)).TopicHash, run.Entries[0].TopicHash);
        Assert.True(run.Continues(default));
    }

    [Fact]
    public void Verify_AnyByteChangedOnTheWay_IsTheSendersDoing()
    {
        var bytes = Correct().ToByteArray();
        Verify(Frame.Parser.ParseFrom(bytes));
        foreach (var (part, length) in Parts(Correct()))
        {
            for (var i = 0; i < length; i++)
            {
                var frame = Correct();
                part(frame, i);
                AssertRefused(EntryProblem.Sender, frame);
            }
        }
    }

    [Fact]
    public void Verify_AnyEntryLeftOutDoubledOrSwapped_IsTheSendersDoing()
    {
        for (var i = 1; i < 3; i++) AssertRefused(EntryProblem.Sender, Change(frame => frame.Entries_.RemoveAt(i)));
        for (var i = 0; i < 3; i++) AssertRefused(EntryProblem.Sender, Change(frame => frame.Entries_.Insert(i, frame.Entries_[i].Clone())));
        AssertRefused(EntryProblem.Sender, Change(static frame => (frame.Entries_[0], frame.Entries_[1]) = (frame.Entries_[1], frame.Entries_[0])));
        // Without its beginning it is a run all the same: whether it continues anything is not looked at here.
        Assert.False(Verify(Change(static frame => frame.Entries_.RemoveAt(0))).Continues(default));
    }

    [Fact]
    public void Verify_NoEntriesOrTooMany_IsTheSendersDoing()
    {
        AssertRefused(EntryProblem.Sender, Change(static frame => frame.Entries_.Clear()));
        AssertRefused(EntryProblem.Sender, Change(static frame => frame.Entries_.AddRange(Enumerable.Repeat(frame.Entries_[2], ReplicationLimits.FrameEntriesMax))));
    }

    [Fact]
    public void Verify_HeadOfAnotherLogOrKey_IsTheSendersDoing()
    {
        var other = new TestLog(TestKeys.Node(2), incarnation: 9);
        var foreign = RemoteLog.Frame(other.Append(NowNs, Pending(Envelope("a", 1))).Heads.Span[0].Head, Pending(Envelope("a", 1)));
        AssertRefused(EntryProblem.Sender, foreign);
        AssertRefused(EntryProblem.Sender, Change(frame => frame.Head = foreign.Head));
        AssertRefused(EntryProblem.Sender, Change(static frame => frame.Head = ByteString.Empty));

        // A log under our originator's name, which somebody else signed.
        var entry = Pending(Envelope("a", 1));
        entry.Assign(new EntryPlace(default, 1), _log.Name, default, NowNs);
        var stolen = SignedHead.Create(TestKeys.Node(3), _log.Name, new LogEnd(1, entry.HeaderHash, NowNs));
        AssertRefused(EntryProblem.Sender, RemoteLog.Frame(stolen, entry));
        Assert.Throws<EntryProblemException>(() => Verifier().Verify(RemoteLog.Frame(stolen, entry), _log.Name, TestKeys.Node(3).Public));
    }

    [Fact]
    public void Verify_PayloadLeftOut_IsRightOnlyWhenItsTimeIsUp()
    {
        AssertRefused(EntryProblem.Sender, Change(static frame => Prune(frame.Entries_[0])));
        var day = TimeSpan.FromDays(1).Ticks * 100;
        var frame = Signed(NowNs - day, Pending(Envelope("a", 1, "gone"), retentionNs: day));
        Prune(frame.Entries_[0]);
        var run = Verify(frame);
        Assert.Null(run.Entries[0].Payload);
        Assert.False(run.Entries[0].MayBeVisible);

        AssertRefused(EntryProblem.Sender, Change(frame, static frame => frame.Entries_[0].Payload = ByteString.CopyFromUtf8("gone")));
        _time.SetUtcNow(_time.GetUtcNow() + TimeSpan.FromHours(1));
        var early = Signed(NowNs, Pending(Envelope("a", 2, "gone"), retentionNs: day));
        Prune(early.Entries_[0]);
        AssertRefused(EntryProblem.Sender, early);
    }

    [Fact]
    public void Verify_ExpiredEntryThatStillHasItsPayload_IsTaken() =>
        Assert.NotNull(Verify(Signed(1, Pending(Envelope("a", 1, "late"), retentionNs: 1))).Entries[0].Payload);

    [Fact]
    public void Verify_OriginatorsClockAhead_IsLeftForLater()
    {
        var frame = Signed(NowNs + ReplicationLimits.OriginatorLeadMax.Ticks * 100 + 1, Pending(Envelope("a", 1)));
        AssertRefused(EntryProblem.Early, frame);
        _time.Advance(TimeSpan.FromSeconds(1));
        Verify(frame);
    }

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(WrongHeaders))]
    public void Verify_SignedAndWrong_IsTheOriginatorsDoing(string what, Action<byte[]> change)
    {
        var failure = AssertRefused(EntryProblem.Originator, Forge(change, Pending(Envelope("a", 1, "m"))));
        Assert.Equal(ErrorCatalogue.PeerMisbehaved, failure.Code);
        Assert.Contains("entry 1", failure.Message, StringComparison.Ordinal);
        // Not the first of its frame either.
        Forge(null, Pending(Envelope("a", 2)));
        Assert.True(AssertRefused(EntryProblem.Originator, Forge(change, Pending(Envelope("a", 3)))).Message.Contains("entry 3", StringComparison.Ordinal), what);
    }

    [Fact]
    public void Verify_TimeGoesBack_IsTheOriginatorsDoing()
    {
        var frame = Signed(NowNs, Pending(Envelope("a", 1)));
        frame.Entries_.AddRange(Signed(NowNs - 1, Pending(Envelope("a", 2))).Entries_);
        frame.Head = ByteString.CopyFrom(_log.Head!.Bytes.Span);
        AssertRefused(EntryProblem.Originator, frame);
    }

    [Theory]
    [InlineData("/xmtp/0/mE-x/proto")]
    [InlineData(PositionMarks.Topic)]
    public void Verify_TopicThatIsNeverStored_IsTheOriginatorsDoing(string topic) => AssertRefused(EntryProblem.Originator, Signed(NowNs, Pending(Envelope(topic, 1))));

    [Fact]
    public void Verify_MessageOrPayloadTooLong_IsTheOriginatorsDoing()
    {
        var largest = new Protocol.MessageApi.V1.Envelope { ContentTopic = "a", Message = UnsafeByteOperations.UnsafeWrap(new byte[Limits.MessageLengthMaxBytes]) };
        Verify(Signed(NowNs, Pending(largest)));
        var larger = new Protocol.MessageApi.V1.Envelope { ContentTopic = "a", Message = UnsafeByteOperations.UnsafeWrap(new byte[Limits.MessageLengthMaxBytes + 1]) };
        AssertRefused(EntryProblem.Originator, Signed(NowNs, Pending(larger)));
        AssertRefused(EntryProblem.Originator, Signed(NowNs, Pending(larger, token: new string('t', Limits.TokenLengthMaxChars))));
    }

    [Fact]
    public void Verify_TokenLongerThanAnyToken_IsTheOriginatorsDoing()
    {
        Verify(Signed(NowNs, Pending(Envelope("a", 1), token: new string('t', Limits.TokenLengthMaxChars))));
        AssertRefused(EntryProblem.Originator, Signed(NowNs, Pending(Envelope("a", 1), token: new string('t', ushort.MaxValue))));
    }

    [Fact]
    public void Verify_TokenThatIsNone_IsTheOriginatorsDoing()
    {
        var entry = Pending(Envelope("a", 1, "\0\0"));
        AssertRefused(EntryProblem.Originator, Forge(static header => header[1] = (byte)EntryKind.ProtectedClassicEnvelope, entry));
    }

    [Fact]
    public void Verify_KindOfLaterSoftware_IsKeptAndNotShown()
    {
        var run = Verify(Forge(static header => header[1] = 77, Pending(Envelope("a", 1, "from the future"))));
        Assert.False(run.Entries[0].MayBeVisible);
        Assert.Equal((EntryKind)77, run.Entries[0].Header.Kind);
        Assert.NotNull(run.Entries[0].Payload);
    }

    [Fact]
    public void Verify_HeaderThatIsNone_IsTheSendersDoing()
    {
        foreach (var header in new byte[][] { [], [2], new byte[1000] })
            AssertRefused(EntryProblem.Sender, Change(frame => frame.Entries_[0].Header = ByteString.CopyFrom(header)));
    }

    private static void Prune(Entry entry) => (entry.Payload, entry.Pruned) = (ByteString.Empty, true);

    /// <summary>Every part of a frame that is hashed or signed, with how to change one byte of it.</summary>
    private static IEnumerable<(Action<Frame, int> Flip, int Length)> Parts(Frame frame)
    {
        yield return (static (frame, i) => frame.Head = Flip(frame.Head, i), frame.Head.Length);
        for (var n = 0; n < frame.Entries_.Count; n++)
        {
            var index = n;
            yield return ((frame, i) => frame.Entries_[index].Header = Flip(frame.Entries_[index].Header, i), frame.Entries_[index].Header.Length);
            yield return ((frame, i) => frame.Entries_[index].Payload = Flip(frame.Entries_[index].Payload, i), frame.Entries_[index].Payload.Length);
            yield return ((frame, _) => frame.Entries_[index].Payload = ByteString.CopyFrom([.. frame.Entries_[index].Payload, 0]), 1);
        }
    }

    private static ByteString Flip(ByteString bytes, int index)
    {
        var changed = bytes.ToByteArray();
        changed[index] ^= 1;
        return ByteString.CopyFrom(changed);
    }

    private Frame? _correct;

    private Frame Correct() => (_correct ??= Signed(NowNs, Pending(Envelope("a", 1, "one")), Pending(Envelope("b", 2, "two"), token: "token one"), Pending(Envelope("", 3)))).Clone();

    private Frame Change(Action<Frame> change) => Change(Correct(), change);

    private static Frame Change(Frame frame, Action<Frame> change)
    {
        change(frame);
        return frame;
    }

    private Frame Signed(long nowNs, params PendingEntry[] entries) => RemoteLog.Frame(_log.Append(nowNs, entries).Heads.Span[0].Head, entries);

    private Frame _forged = new();

    private LogEnd _forgedEnd;

    /// <summary>An originator that writes what it likes, and signs it.</summary>
    private Frame Forge(Action<byte[]>? change, PendingEntry entry)
    {
        entry.Assign(new EntryPlace(default, _forgedEnd.Sequence + 1), _log.Name, _forgedEnd.Hash, NowNs);
        var header = entry.Header.ToArray();
        change?.Invoke(header);
        _forgedEnd = new LogEnd(_forgedEnd.Sequence + 1, EntryHeaderFormat.Hash(header), BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(86)));
        _forged = _forged.Clone();
        _forged.Entries_.Add(new Entry { Header = ByteString.CopyFrom(header), Payload = ByteString.CopyFrom(entry.Payload!.Value.Span) });
        _forged.Head = ByteString.CopyFrom(SignedHead.Create(_log.Key, _log.Name, _forgedEnd).Bytes.Span);
        if (change is null) return _forged;
        var frame = _forged.Clone();
        // The next one follows a correct entry.
        entry.Assign(entry.Place, _log.Name, new Hash256(header.AsSpan(54, 32)), NowNs);
        _forged.Entries_[^1].Header = ByteString.CopyFrom(entry.Header);
        _forgedEnd = new LogEnd(_forgedEnd.Sequence, entry.HeaderHash, NowNs);
        return frame;
    }

    private EntriesVerifier Verifier() => new(new ProtectedTopicRule(verifier: null, new WalletLists()), _time);

    private VerifiedEntries Verify(Frame frame) => Verifier().Verify(frame, _log.Name, _log.Key.Public);

    private EntryProblemException AssertRefused(EntryProblem problem, Frame frame)
    {
        var failure = Assert.Throws<EntryProblemException>(() => Verify(frame));
        Assert.True(problem == failure.Problem, $"{failure.Problem}: {failure.Message}");
        return failure;
    }
}
