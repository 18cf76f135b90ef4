using System.Text;
using Xmtp.Cryptography.WalletFiles;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography.Tests.WalletFiles;

public class WalletFileTests
{
    private const string Secret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    // A file as a published Ethereum node writes it, with a low cost; the passphrase is empty.
    private const string ScryptFile = """
        {"address":"45dea0fb0bba44f4fcf290bba71fd57d7117cbb8","crypto":{"cipher":"aes-128-ctr",
        "ciphertext":"b87781948a1befd247bff51ef4063f716cf6c2d3481163e9a8f42e1f9bb74145",
        "cipherparams":{"iv":"dc4926b48a105133d2f16b96833abf1e"},"kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":2,"p":1,"r":8,"salt":"004244bbdc51cadda545b1cfa43cff9ed2ae88e08c61f1479dbb45410722f8f0"},
        "mac":"39990c1684557447940d4c69e06b1b82b2aceacb43f284df65c956daf3046b85"},
        "id":"ce541d8d-c79b-40f8-9f8c-20f59616faba","version":3}
        """;

    // The known answer of the Web3 Secret Storage definition.
    private const string Pbkdf2File = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    [Fact]
    public void Decrypt_KnownAnswerOfPbkdf2_GivesTheSecret() =>
        Assert.Equal(Secret, Convert.ToHexStringLower(WalletFile.Decrypt(Encoding.UTF8.GetBytes(Pbkdf2File), "testpassword")));

    [Fact]
    public void Decrypt_KnownAnswerOfScrypt_GivesTheKeyOfItsAddress()
    {
        var file = Encoding.UTF8.GetBytes(ScryptFile);
        using var key = new Secp256k1PrivateKey(WalletFile.Decrypt(file, ""), CryptoProvider.Default);
        Assert.Equal(key.PublicKey.Address, WalletFile.ReadAddress(file));
    }

    [Fact]
    public void Encrypt_ThenDecrypt_GivesTheKeyAndTellsTheAddress()
    {
        using var key = Secp256k1PrivateKey.Generate(CryptoProvider.Default);
        var file = WalletFile.Encrypt(key.Export(), key.PublicKey.Address, "correct horse", cost: 1 << 10);
        Assert.Equal(key.Export(), WalletFile.Decrypt(file, "correct horse"));
        Assert.Equal(key.PublicKey.Address, WalletFile.ReadAddress(file));
        Assert.DoesNotContain(Convert.ToHexStringLower(key.Export()), Encoding.UTF8.GetString(file), StringComparison.OrdinalIgnoreCase);
        Refused(file, "wrong horse", "passphrase");
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "complete")]
    [InlineData("""{"version":1}""", "version")]
    [InlineData("""{"version":"3"}""", "complete")]
    [InlineData("""{"version":3,"crypto":7}""", "complete")]
    public void Decrypt_OtherContent_IsRefusedWithAReason(string file, string reason) => Refused(Encoding.UTF8.GetBytes(file), "", reason);

    [Theory]
    [InlineData("\"n\":2,", "\"n\":1073741824,", "scrypt")]
    [InlineData("\"n\":2,", "\"n\":262143,", "scrypt")]
    [InlineData("\"n\":2,", "\"n\":-2,", "scrypt")]
    [InlineData("\"n\":2,\"p\":1,\"r\":8", "\"n\":65536,\"p\":1,\"r\":1", "scrypt")]
    [InlineData("\"p\":1", "\"p\":1000", "scrypt")]
    [InlineData("\"dklen\":32", "\"dklen\":2000000000", "length")]
    [InlineData("aes-128-ctr", "rot13", "cipher")]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"none\"", "derivation")]
    [InlineData("b87781", "", "complete")]
    [InlineData("b87781", "zz7781", "complete")]
    public void Decrypt_ManipulatedFile_IsRefusedBeforeAnyWork(string from, string to, string reason) =>
        Refused(Encoding.UTF8.GetBytes(ScryptFile.Replace(from, to, StringComparison.Ordinal)), "", reason);

    [Fact]
    public void Decrypt_AlteredCiphertext_IsRefused() =>
        Refused(Encoding.UTF8.GetBytes(Pbkdf2File.Replace("5318b4", "5318b5", StringComparison.Ordinal)), "testpassword", "altered");

    private static void Refused(byte[] file, string passphrase, string reason)
    {
        var exception = Assert.Throws<XmtpException>(() => WalletFile.Decrypt(file, passphrase));
        Assert.Same(ErrorCatalogue.KeyFileUnreadable, exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.OrdinalIgnoreCase);
    }
}
