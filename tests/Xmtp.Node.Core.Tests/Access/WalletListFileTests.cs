using Microsoft.Extensions.Time.Testing;
using Xmtp.Cryptography;
using Xmtp.Node.Core.Access;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Node.Core.Tests.Access;

public sealed class WalletListFileTests : IDisposable
{
    private const string One = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
    private const string Two = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    private readonly string _directory = Directory.CreateTempSubdirectory("xmtp-lists-").FullName;
    private readonly FakeTimeProvider _time = new();
    private IReadOnlyList<EthereumAddress> _applied = [];
    private int _applications;

    private string FilePath => Path.Combine(_directory, "deny.txt");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Parse_EveryCaseAndComments_GivesTheWallets()
    {
        var wallets = WalletListFile.Parse(["# head", "", $"  {One}  # why", Two.ToLowerInvariant(), Two.ToUpperInvariant()]);
        Assert.Equal([EthereumAddress.Parse(One), EthereumAddress.Parse(Two), EthereumAddress.Parse(Two)], wallets);
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA")]
    [InlineData("x")]
    public void Parse_NotAnAddress_NamesTheLine(string line)
    {
        var failure = Assert.Throws<XmtpException>(() => WalletListFile.Parse([One, line]));
        Assert.Equal(ErrorCatalogue.AddressInvalid, failure.Code);
        Assert.Contains("line 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Constructor_FileChangesLater_IsReadAgain()
    {
        Write(One);
        await using var file = new WalletListFile(FilePath, Apply, _time);
        Assert.Equal([EthereumAddress.Parse(One)], _applied);

        Write($"{One}\n{Two}");
        await Eventually.TrueAsync(() => Tick() && _applied.Count == 2);
        Assert.Equal(2, _applications);
    }

    [Fact]
    public async Task ReadNow_ChangedFile_IsInForceAtOnceOrRefused()
    {
        Write(One);
        await using var file = new WalletListFile(FilePath, Apply, _time);
        Write($"{One}\n{Two}");
        file.ReadNow();
        Assert.Equal(2, _applied.Count);
        Write("nonsense that is longer still");
        Assert.Throws<XmtpException>(file.ReadNow);
        Assert.Equal(2, _applied.Count);
    }

    [Fact]
    public async Task Constructor_FileBecomesUnreadable_KeepsTheLastGoodList()
    {
        Write(One);
        await using var file = new WalletListFile(FilePath, Apply, _time);
        Write("nonsense that is longer");
        for (var i = 0; i < 20; i++) Tick();
        File.Delete(FilePath);
        for (var i = 0; i < 20; i++) Tick();
        Assert.Equal([EthereumAddress.Parse(One)], _applied);

        Write(Two);
        await Eventually.TrueAsync(() => Tick() && _applied.Contains(EthereumAddress.Parse(Two)));
    }

    [Fact]
    public void Constructor_NoFile_Throws() => Assert.Throws<FileNotFoundException>(() => new WalletListFile(FilePath, Apply, _time));

    private bool Tick()
    {
        _time.Advance(WalletListFile.ReloadInterval);
        return true;
    }

    private void Write(string text) => File.WriteAllText(FilePath, text);

    private void Apply(IReadOnlyList<EthereumAddress> wallets) => (_applied, _applications) = (wallets, _applications + 1);
}
