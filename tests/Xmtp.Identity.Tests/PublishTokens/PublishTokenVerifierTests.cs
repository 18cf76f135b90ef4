using Microsoft.Extensions.Time.Testing;
using Xmtp.Cryptography;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Identity.Tests.PublishTokens;

public sealed class PublishTokenVerifierTests
{
    // A header that the published client made, with its time.
    private const string RecordedWallet = "0x2B800379979E6D4a5Fb3DC316A00F1D975f7fBe7";
    private const long RecordedMs = 1_795_402_668_409;
    private const string RecordedToken =
        "CpQBCMCx2rKgNBJGCkQKQHt9Sqp0sKxkrgWepMUB0XMmUIfUgt7x4MCYXIWaG7qkeatxRbLnkcXiPKLu5k4jYSfypJnHwhN6c/HXfbZ0+5AQARpDCkEE/1VZ7hr5xAL0" +
        "VqfyiAaa3YmSaRR5m68c317hTa2RRzm8lpiArKIbziOow25fChDD6CsQNKixafZhkofJnsTweBI2CioweDJCODAwMzc5OTc5RTZENGE1RmIzREMzMTZBMDBGMUQ5NzVm" +
        "N2ZCZTcQwKC6uu6mo/UYGkYKRApARA+EeqG/YMygmzf2Dbszwe1eG6ud7Opi7AMQofQAwwxEasdzK+B4j6j+y4hUTd4NJgdJHMmehEIF/Svj61Di/hAB";

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Verify_VectorTokens_GivesWallet(string provider)
    {
        foreach (var row in Vectors.Load("13-auth-token.json").Rows("tokens"))
        {
            var verifier = Verifier(CryptoProviders.Get(provider), (long)row.Number("created_ms"));
            Assert.Equal(row.Member("expected").Text("wallet"), verifier.Verify(row.Text("header_value")).ToString());
        }
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Verify_RecordedToken_GivesWallet(string provider)
    {
        var crypto = CryptoProviders.Get(provider);
        Assert.Equal(RecordedWallet, Verifier(crypto, RecordedMs).Verify("Bearer " + RecordedToken).ToString());
        var expired = Refusal.Of(ErrorCatalogue.Unauthenticated, () => Verifier(crypto, RecordedMs + 3_600_001).Verify("Bearer " + RecordedToken));
        Assert.Equal("token expired", expired.Message);
    }

    [Theory, ClassData(typeof(CryptoProviders))]
    public void Verify_NegativeVectors_GivesReasonEachTime(string provider)
    {
        var file = Vectors.Load("13-auth-token.json");
        var verifier = Verifier(CryptoProviders.Get(provider), (long)file.Rows("tokens").First().Number("created_ms"));
        foreach (var row in file.Rows("negative"))
        {
            for (var attempt = 0; attempt < 2; attempt++)
            {
                var refusal = Refusal.Of(ErrorCatalogue.Unauthenticated, () => verifier.Verify(row.Text("header_value")));
                Assert.EndsWith(row.Text("expected_error"), refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Verify_AgeAtTheBorders_DecidesToTheTick()
    {
        var verifier = Verifier(CryptoProvider.Default, 1_700_000_000_000, out var clock);
        var created = clock.GetUtcNow();
        using var keys = People.Keys("amal", CryptoProvider.Default);
        var header = PublishToken.CreateHeader(keys, created);

        clock.AdjustTime(created + Limits.TokenAgeMax);
        Assert.Equal(keys.WalletAddress, verifier.Verify(header));
        clock.AdjustTime(created + Limits.TokenAgeMax + TimeSpan.FromTicks(1));
        Assert.Equal("token expired", Refusal.Of(ErrorCatalogue.Unauthenticated, () => verifier.Verify(header)).Message);

        clock.AdjustTime(created - Limits.TokenLeadMax);
        Assert.Equal(keys.WalletAddress, verifier.Verify(header));
        clock.AdjustTime(created - Limits.TokenLeadMax - TimeSpan.FromTicks(1));
        Assert.Equal("token from the future", Refusal.Of(ErrorCatalogue.Unauthenticated, () => verifier.Verify(header)).Message);
    }

    [Theory]
    [InlineData(null, "authorization token is not provided")]
    [InlineData("", "authorization token is not provided")]
    [InlineData("Bearer", "invalid authorization header")]
    [InlineData("Bearer a b", "invalid authorization header")]
    [InlineData(" Bearer a", "invalid authorization header")]
    [InlineData("bearer AAAA", "unrecognized authorization scheme bearer")]
    [InlineData("Basic AAAA", "unrecognized authorization scheme Basic")]
    [InlineData("0123456789abcdefSECRET AAAA", "unrecognized authorization scheme 0123456789abcdef")]
    [InlineData("Bearer ", "extracting token: missing identity key")]
    [InlineData("Bearer AAA", "extracting token: not in standard base64 with padding")]
    [InlineData("Bearer AA\tAA", "extracting token: not in standard base64 with padding")]
    [InlineData("Bearer _-8=", "extracting token: not in standard base64 with padding")]
    [InlineData("Bearer é===", "extracting token: not in standard base64 with padding")]
    [InlineData("Bearer /////w==", "extracting token: not a token message")]
    public void Verify_BadHeader_GivesReason(string? header, string reason)
    {
        var verifier = Verifier(CryptoProvider.Default, RecordedMs);
        Assert.Equal(reason, Refusal.Of(ErrorCatalogue.Unauthenticated, () => verifier.Verify(header)).Message);
    }

    [Fact]
    public void Verify_TokenWithoutPadding_IsRefused()
    {
        var padded = Vectors.Load("13-auth-token.json").Rows("tokens").Select(row => row.Text("header_value")).First(header => header.EndsWith('='));
        var verifier = Verifier(CryptoProvider.Default, 1_668_902_400_130);
        Assert.NotEqual(default, verifier.Verify(padded));
        Refusal.Of(ErrorCatalogue.Unauthenticated, () => verifier.Verify(padded.TrimEnd('=')));
    }

    [Theory]
    [InlineData(Limits.TokenLengthMaxChars, "extracting token: not a token message")]
    [InlineData(Limits.TokenLengthMaxChars + 4, "extracting token: 4100 characters are more than the 4096 allowed")]
    [InlineData(10_000_000, "extracting token: 10000000 characters are more than the 4096 allowed")]
    public void Verify_LongToken_IsBoundedBeforeDecoding(int length, string reason)
    {
        var verifier = Verifier(CryptoProvider.Default, RecordedMs);
        Assert.Equal(reason, Refusal.Of(ErrorCatalogue.Unauthenticated, () => verifier.Verify("Bearer " + new string('/', length))).Message);
    }

    [Fact]
    public void Verify_SameTokenAgain_ChecksSignaturesOnceAndAgeAlways()
    {
        var provider = new CountingProvider(CryptoProvider.Default);
        var verifier = Verifier(provider, RecordedMs, out var clock);
        for (var i = 0; i < 10; i++)
            Assert.Equal(RecordedWallet, verifier.Verify("Bearer " + RecordedToken).ToString());
        Assert.Equal(1, provider.Recoveries);

        clock.Advance(Limits.TokenAgeMax + TimeSpan.FromMilliseconds(1));
        Assert.Equal("token expired", Refusal.Of(ErrorCatalogue.Unauthenticated, () => verifier.Verify("Bearer " + RecordedToken)).Message);
        Assert.Equal(1, provider.Recoveries);
    }

    [Fact]
    public async Task Verify_MoreTokensThanTheCacheHolds_StaysRightUnderConcurrency()
    {
        var verifier = Verifier(CryptoProvider.Default, RecordedMs, out var clock, cacheCapacity: 2);
        var tokens = new List<(string Header, EthereumAddress Wallet)>();
        foreach (var name in People.Names)
        {
            using var keys = People.Keys(name, CryptoProvider.Default);
            for (var i = 0; i < 4; i++)
                tokens.Add((PublishToken.CreateHeader(keys, clock.GetUtcNow().AddMilliseconds(i)), keys.WalletAddress));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                var (header, wallet) = tokens[(i * (worker + 1)) % tokens.Count];
                Assert.Equal(wallet, verifier.Verify(header));
            }
        })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Constructor_ImpossibleCapacity_IsRefused(int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PublishTokenVerifier(CryptoProvider.Default, TimeProvider.System, capacity));

    [Fact]
    public void Verify_MutatedTokens_NeverGivesAnotherWallet()
    {
        var random = SeededRandom.Fresh();
        var verifier = Verifier(CryptoProvider.Default, RecordedMs);
        var original = Convert.FromBase64String(RecordedToken);
        for (var i = 0; i < 2000; i++)
        {
            byte[] mutated = random.Number(4) == 0 ? original[..random.Number(original.Length)] : [.. original];
            for (var changes = random.Number(4); changes > 0 && mutated.Length > 0; changes--)
                mutated[random.Number(mutated.Length)] = (byte)random.Number(256);
            EthereumAddress? wallet = null;
            var thrown = Record.Exception(() => wallet = verifier.Verify("Bearer " + Convert.ToBase64String(mutated)));
            Assert.True(thrown is null ? wallet?.ToString() == RecordedWallet : thrown is XmtpException { Code.Id: "XMTP2001" }, $"{random}: {wallet} {thrown}");
        }
    }

    private static PublishTokenVerifier Verifier(CryptoProvider provider, long nowMs) => Verifier(provider, nowMs, out _);

    private static PublishTokenVerifier Verifier(
        CryptoProvider provider, long nowMs, out FakeTimeProvider clock, int cacheCapacity = PublishTokenVerifier.DefaultCacheCapacity)
    {
        clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(nowMs));
        return new PublishTokenVerifier(provider, clock, cacheCapacity);
    }
}
